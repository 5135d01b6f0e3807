import Foundation
import Manual
import TestSupport
import Testing

@Suite("Man pages", .usualTimeLimit)
struct ManualTests {
  private func pages() async throws -> [ManualPage] {
    let program = try Program()
    defer { program.remove() }
    return ManualPage.all(of: try await program.help(), version: "0")
  }

  @Test("every command that --help lists has a page, and so has the program")
  func everyCommandHasAPage() async throws {
    let program = try Program()
    defer { program.remove() }
    let names = Set(try await pages().map(\.name))
    #expect(names.contains("runbook"))
    let help = try await program.run("--help").output
    let listed = help.split(separator: "\n").compactMap { $0.wholeMatch(of: #/  ([a-z][a-z-]*)(  .*)?/#) }
      .map { "runbook-\($0.1)" }
    #expect(listed.count > 8)
    #expect(Set(listed).subtracting(names).isEmpty)
  }

  @Test("a page has the options, the exit codes, and the program's also environment and files")
  func contents() async throws {
    let pages = try await pages()
    let run = try #require(pages.first { $0.name == "runbook-run" }).text
    #expect(run.contains(".B \\-i, \\-\\-inventory <inventory>"))
    for code in ["0", "1", "2", "3", "130"] { #expect(run.contains(".B \(code)\n")) }
    let resolve = try #require(pages.first { $0.name == "runbook-resolve" }).text
    #expect(resolve.contains("(\\-\\-done | \\-\\-retry | \\-\\-fail)"))
    let whole = try #require(pages.first).text
    #expect(whole.contains(".SH ENVIRONMENT"))
    #expect(whole.contains(".B RUNBOOK_STATE"))
    #expect(whole.contains("journal.db"))
  }

  @Test("man shows every page without a warning")
  func noWarnings() async throws {
    let program = try Program()
    defer { program.remove() }
    if try await program.shell("command -v man").code != 0 { try Test.cancel("man is not installed") }
    for page in try await pages() { try program.write("man/\(page.file)", page.text) }
    let shown = try await program.shell(
      "for page in man/*; do MANWIDTH=80 man --warnings -E UTF-8 -l $page | cat >$page.txt; done; cat man/*.txt")
    #expect(shown.errors == "")
    #expect(shown.code == 0)
    #expect(shown.output.contains("RUNBOOK-SHOW(1)"))
  }
}
