import Journal
import TestSupport
import Testing
import Values

@testable import Presentation

@Suite("Where in the scripts a failure comes from", .usualTimeLimit)
struct CallFramesTests {
  private static let sources = SourceText(files: [
    RunFile(
      role: .runbook, name: "/srv/runbooks/move.lua",
      text: "local t = require \"tools.move\"\nreturn runbook {\n  function(run)\n    t.go(run)\n  end,\n}\n"),
    RunFile(
      role: .module, name: "tools.move",
      text: "local move = {}\n\nfunction move.go(run)\n  local x = nil\n  return x.field\nend\n\nreturn move\n"),
  ])

  private var failure: Failure {
    Failure(
      "runbook.raised", "attempt to index a nil value (local 'x')",
      location: SourceLocation(file: "/srv/stdlib/tools/move.lua", line: 5),
      traceback: """
        /srv/stdlib/tools/move.lua:5: in function 'go'
        runbooks/move.lua:4: in function <line 3>
        [host]: in function 'step'
        [C]: in function 'pcall'
        """)
  }

  @Test("an error in a module is shown with the lines around it, and with the runbook's line that called it")
  func excerpt() {
    let text = FailureReport(failure, sources: Self.sources).render(columns: 80, style: Story.style)
    #expect(
      text == [
        "✗ attempt to index a nil value (local 'x')",
        "  at     /srv/stdlib/tools/move.lua:5",
        "         3 | function move.go(run)",
        "         4 |   local x = nil",
        "       > 5 |   return x.field",
        "         6 | end",
        "  called runbooks/move.lua:4",
        "           t.go(run)",
        "  code   runbook.raised",
      ])
  }

  @Test("a failure of a host shows the calls, and of the code only its line")
  func ofHost() {
    var other = failure
    other.code = "ssh.unreachable"
    let text = FailureReport(other, sources: Self.sources).render(columns: 80, style: Story.style)
    #expect(text.contains("         return x.field") && !text.contains { $0.contains(" | ") })
    #expect(text.contains("  called runbooks/move.lua:4"))
  }

  @Test("a traceback of another kind is no reason to fail")
  func odd() {
    #expect(CallFrames("stack traceback:\n\t[C]: in ?\n... (4 more)\n: in x").frames.isEmpty)
    #expect(CallFrames(nil).callers(of: nil).isEmpty)
  }
}
