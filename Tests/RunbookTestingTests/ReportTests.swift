import TestSupport
import Testing
import Values

@testable import RunbookTesting

@Suite("Outcomes of tests for other programs", .usualTimeLimit)
struct ReportTests {
  private static let outcomes = [
    TestOutcome(file: "a_test.lua", name: "holds", failure: nil, output: [], seconds: 0.25),
    TestOutcome(
      file: "a_test.lua", name: "fails # \"<&>", failure: Failure("test.x", "two\nlines", hint: "do: \"this\""),
      output: ["said <so>\u{1B}[1m"], seconds: 1),
    TestOutcome(file: "b_test.lua", name: nil, failure: Failure("test.y", "no Lua"), output: [], seconds: 0),
  ]

  private func text(_ make: (@escaping (String) -> Void) -> any TestReport) -> String {
    let lines = Lines()
    var report = make { lines.text += $0 + "\n" }
    for outcome in Self.outcomes { report.tell(outcome) }
    report.close()
    return lines.text
  }

  private final class Lines { var text = "" }

  @Test("TAP has one point per test, the plan at the end, and quotes what others wrote")
  func tap() {
    let text = text { TAPReport(write: $0) }
    #expect(
      text == ##"""
        TAP version 14
        ok 1 - a_test.lua: holds
        not ok 2 - a_test.lua: fails \# "<&>
          ---
          message: "two\nlines"
          hint: "do: \"this\""
          # said <so>\##u{1B}[1m
          ...
        not ok 3 - b_test.lua
          ---
          message: "no Lua"
          ...
        1..3

        """##)
  }

  @Test("JUnit's XML counts, and has no character that XML can't hold")
  func junit() {
    let text = text { JUnitReport(write: $0) }
    #expect(
      text == ##"""
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites tests="3" failures="2" time="1.250">
          <testsuite name="a_test.lua" tests="2" failures="1" time="1.250">
            <testcase name="holds" classname="a_test.lua" time="0.250"/>
            <testcase name="fails # &quot;&lt;&amp;&gt;" classname="a_test.lua" time="1.000">
              <failure message="two
        lines" type="test.x">do: &quot;this&quot;</failure>
              <system-out>said &lt;so&gt;[1m</system-out>
            </testcase>
          </testsuite>
          <testsuite name="b_test.lua" tests="1" failures="1" time="0.000">
            <testcase name="the file is loaded" classname="b_test.lua" time="0.000">
              <failure message="no Lua" type="test.y"></failure>
            </testcase>
          </testsuite>
        </testsuites>

        """##)
  }
}
