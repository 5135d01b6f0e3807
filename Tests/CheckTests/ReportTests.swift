import Check
import Foundation
import HostModules
import TestSupport
import Testing

@Suite("Findings are told, taken away and mended", .usualTimeLimit)
struct ReportTests {
  private static let text = "return runbook { function(run)\n\tlog.inf('é', x)\nend }\n"

  @Test("plain lines show the place, the line and a mark below it")
  func plain() throws {
    let lines = PlainReport(try look(at: Self.text), hasColour: false).lines(files: 1)
    #expect(
      lines == [
        "it.lua:2:6: error: there is no function log.inf [unknown-field]",
        "  2 | \tlog.inf('é', x)",
        "    | \t    ^~~",
        "      did you mean \"info\"?",
        "it.lua:2:15: error: there is no global x [unknown-global]",
        "  2 | \tlog.inf('é', x)",
        "    | \t             ^",
        "      write local where it is declared, or require its module",
        "1 file: 2 errors",
      ])
  }

  @Test("what a terminal would obey is not shown as it is")
  func control() throws {
    let findings = try look(at: "x = '\u{1B}[31m' \u{1B}]0;title\u{7}\n")
    #expect(!findings.isEmpty)
    let text = PlainReport(findings, hasColour: false).lines(files: 1).joined()
    #expect(!text.unicodeScalars.contains { $0.properties.generalCategory == .control })
  }

  @Test("a comment takes a finding away: on its line, or alone on the line before; others stay")
  func suppressed() throws {
    func rules(_ body: String) throws -> [String] { try found(in: body) }
    #expect(try rules("log.inf(x) -- check: ignore unknown-field unknown-global, both are meant") == [])
    #expect(try rules("\n-- check: ignore unknown-field\nlog.inf(x)") == ["3: unknown-global"])
    #expect(try rules("log.info('a') -- check: ignore unknown-field\nlog.inf('b')") == ["2: unknown-field"])
    #expect(try rules("log.inf('b') -- check: ignore everything") == ["1: unknown-field", "1: unknown-rule"])
    #expect(
      try rules("log.inf(x) -- check: ignore unknown-field unknown-globl") == ["1: unknown-global", "1: unknown-rule"])
    #expect(try rules("log.inf('b') -- check: ignore unknown-field well-known") == [])
  }

  @Test("fixes change the names and nothing else, and what is mended is not found again")
  func fixes() throws {
    let before = CheckedText(file: "it.lua", text: Self.text.replacing(", x", with: ""))
    let (after, count) = Fixes.apply(try look(at: before.text), to: before)
    #expect(count == 1)
    #expect(after == before.text.replacing("log.inf(", with: "log.info("))
    #expect(try look(at: after).isEmpty == true)
  }

  @Test("a name that two known ones are near to is not mended")
  func ambiguous() throws {
    let module = "local it = { start = 1, stars = 2 }\nreturn it"
    let finding = try look(
      at: "local it = require 'it'\nreturn runbook { function() log.info(it.starx) end }", modules: ["it": module]
    ).first
    #expect(finding?.rule.id == "unknown-field")
    #expect(finding?.hint?.hasPrefix("did you mean") == true)
    #expect(finding?.fix == nil)
  }

  @Test("SARIF 2.1.0 has the members that it must have")
  func sarif() throws {
    let text = try SARIFReport.write(try look(at: Self.text), version: "1.2.3")
    let document = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(document["version"] as? String == "2.1.0")
    #expect((document["$schema"] as? String)?.hasSuffix("sarif-schema-2.1.0.json") == true)
    let run = try #require((document["runs"] as? [[String: Any]])?.first)
    let driver = try #require((run["tool"] as? [String: Any])?["driver"] as? [String: Any])
    let rules = try #require(driver["rules"] as? [[String: Any]])
    #expect(driver["name"] as? String == "runbook")
    #expect(rules.compactMap { $0["id"] as? String } == Rule.all.map(\.id))
    let results = try #require(run["results"] as? [[String: Any]])
    #expect(results.count == 2)
    for result in results {
      let index = try #require(result["ruleIndex"] as? Int)
      #expect(rules[index]["id"] as? String == result["ruleId"] as? String)
      #expect(["error", "warning", "note"].contains(result["level"] as? String))
      #expect((result["message"] as? [String: Any])?["text"] is String)
      let location = (result["locations"] as? [[String: Any]])?.first?["physicalLocation"] as? [String: Any]
      #expect((location?["artifactLocation"] as? [String: Any])?["uri"] as? String == "it.lua")
      #expect((location?["region"] as? [String: Any])?["startLine"] as? Int == 2)
    }
    #expect((results[0]["fixes"] as? [Any])?.count == 1)
  }

  @Test("the table of the author's guide is that of the rules")
  func guide() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "docs/author.md")
    let text = try String(contentsOf: file, encoding: .utf8)
    let rows = Rule.all.map { "| `\($0.id)` | \($0.severity.rawValue) | \($0.summary) |" }
    #expect(
      text.contains(
        "<!-- rules: compared by CheckTests -->\n"
          + (["| rule | weight | what it finds |", "| --- | --- | --- |"] + rows).joined(separator: "\n")
          + "\n<!-- end -->"))
  }

  @Test("rules have IDs of their own, in kebab-case, and a sentence")
  func rules() {
    #expect(Set(Rule.all.map(\.id)).count == Rule.all.count)
    for rule in Rule.all {
      #expect(rule.id.allSatisfy { $0 == "-" || $0.isLowercase })
      #expect(rule.summary.hasSuffix("."))
    }
  }
}
