import Check
import TestSupport
import Testing

/// Files that no person wrote: each took minutes, or the stack, before its rule had a bound.
@Suite("Machine-made files have a bound", .usualTimeLimit)
struct MachineMadeTests {
  private static func runbook(_ body: String) -> String {
    "return runbook { summary = \"s\", function(run)\n\(body)\nend }"
  }

  private static func many(_ count: Int, _ line: (Int) -> String) -> String {
    (0..<count).map(line).joined(separator: "\n")
  }

  private static let files: [(name: String, text: String)] = [
    (
      "one long chain of calls",
      runbook("local f = function() end\nlog.info(f" + String(repeating: "()", count: 60) + ")")
    ),
    ("a long chain of members", runbook("local f = {}\nlog.info(f" + String(repeating: ".a", count: 4000) + ")")),
    ("a long chain of both", runbook("local f = {}\nf" + String(repeating: ".a()", count: 2000))),
    (
      "branches with a step of one name",
      runbook(
        "if run.a == 0 then step('s', function() end)\n"
          + many(1500) { "elseif run.a == \($0) then step('s', function() end)" } + "\nend")
    ),
    (
      "one long line",
      "return runbook { summary = 's', function(run) " + many(3000) { "undefined_\($0).x()" }.replacing("\n", with: " ")
        + " end }"
    ),
    ("long names", runbook(many(100) { "u\($0)" + String(repeating: "x", count: 3000) + "()" })),
    (
      "tables of tables",
      runbook(
        "local a0 = { function() end }\n" + many(60) { "local a\($0 + 1) = { a\($0), a\($0) }" } + "\nparallel(a60)")
    ),
    ("a table that holds itself", runbook("local a\na = { function() end, a }\nparallel(a)")),
    ("ignored rules on one line", runbook(String(repeating: "--[[check: ignore unused-local]] ", count: 2000))),
  ]

  @Test("each is looked at to its end", .timeLimit(.minutes(3)), arguments: files.indices)
  func ends(_ index: Int) throws {
    let findings = try look(at: Self.files[index].text)
    #expect(findings.count <= 501, "\(Self.files[index].name)")
    #expect(!findings.contains { $0.rule.id == "syntax" }, "\(Self.files[index].name): \(findings)")
    #expect(PlainReport(findings, hasColour: false).lines(files: 1).allSatisfy { $0.utf8.count < 10_000 })
  }

  @Test("of very many findings the first are told, and that there are more")
  func tooMany() throws {
    let findings = try look(at: Self.runbook(Self.many(2000) { "nothing_\($0)()" }))
    #expect(findings.count == 501)
    #expect(findings.count { $0.rule.id == "too-many" } == 1)
  }

  @Test("columns of a long line are counted in characters")
  func columns() throws {
    let findings = try look(at: Self.runbook("local t = '" + String(repeating: "€", count: 5000) + "' nothing()"))
    #expect(findings.first { $0.rule.id == "unknown-global" }?.column == 5014)
  }
}
