import Foundation
import TestSupport
import Testing

/// Two operators with state folders of their own, and one host.
@Suite(.usualTimeLimit) struct TwoOperatorsTests {
  /// A runbook that says a word before and after it waits for a file.
  private func runbook(_ name: String, _ folder: URL) -> String {
    """
    return runbook { function(run)
      local here = run.inventory.manager
      local function sh(script) ssh.run(here, { "sh", "-c", script }, { cwd = "\(folder.path)" }) end
      step("before", function() sh("echo \(name)-before >>log") end)
      step("wait", function() sh("until [ -e go-\(name) ]; do sleep 0.1; done") end)
      step("after", function() sh("echo \(name)-after >>log") end)
    end }
    """
  }

  @Test(
    "a program that is paused for longer than its lease finds another one's run on the host and changes nothing more",
    .enabled("process IDs of one's own want root on Linux") {
      geteuid() == 0
    })
  func paused() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("inventory.yaml", Program.thisMachine)
    for name in ["first", "second"] { try program.write("\(name).lua", runbook(name, program.folder)) }
    let ending = try await program.shell(
      """
      elsewhere=
      start() {
        RUNBOOK_STATE=$PWD/state-$1 exec $elsewhere "$PROGRAM" run $1.lua --inventory inventory.yaml $2 >$1.out 2>&1
      }
      says() { until grep -q "$1" "$2" 2>/dev/null; do sleep 0.1; done; }
      start first & first=$!
      says first-before log; says wait first.out
      (start second); echo "too early: $?"
      kill -STOP $first
      touch go-first
      until [ "$(cut -d' ' -f1 runbook-lock/1.*)" -le "$(date +%s)" ]; do sleep 1; done
      # On one machine the process can be seen: it lives, so that its claim holds although its time is over.
      (start second --take-over); echo "it lives: $?"
      grep -q "kill $first" second.out; echo "told how to end it: $?"
      # As from another machine, where nobody can see whether it lives.
      elsewhere="unshare --pid --fork --mount-proc"
      (start second); echo "not asked: $?"
      start second --take-over & second=$!
      says second-before log
      kill -CONT $first
      wait $first; echo "first: $?"
      touch go-second
      wait $second; echo "second: $?"
      ls | grep lease
      cat log; cat first.out >&2
      """)
    let lines = ending.output.split(separator: "\n").map(String.init)
    #expect(
      lines == [
        "too early: 2", "it lives: 2", "told how to end it: 0", "not asked: 2", "first: 1", "second: 0", "first-before",
        "second-before", "second-after",
      ], "\(ending.errors)")
    let words = ending.errors.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(words.contains("this run has lost its right to change here"))
    #expect(words.contains("and now run "))
  }
}
