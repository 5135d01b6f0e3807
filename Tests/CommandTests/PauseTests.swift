import Foundation
import TestSupport
import Testing

/// `runbook pause` and `runbook unpause`, beside a process that executes the run.
@Suite(.usualTimeLimit) struct PauseTests {
  private func write(into program: Program) throws {
    try program.write("inventory.yaml", Program.thisMachine)
    try program.write(
      "a.lua",
      """
      return runbook { function(run)
        for _, word in ipairs { "first", "second" } do
          step(word, function()
            local script = "echo " .. word .. " >> log; n=0; while [ ! -e go ] && [ $((n=n+1)) -lt 12000 ]; do sleep 0.05; done"
            ssh.run(run.inventory.manager, { "sh", "-c", script }, { cwd = "\(program.folder.path)" })
          end)
        end
      end }
      """)
  }

  private func log(_ program: Program) -> String {
    (try? String(contentsOf: program.folder.appending(path: "log"), encoding: .utf8)) ?? ""
  }

  private func until(_ isSo: () async throws -> Bool) async throws {
    try await eventually(every: .milliseconds(20), isSo: isSo)
  }

  @Test("a run that is executed finishes its step, is shown as paused, and goes on when it is told to")
  func pause() async throws {
    let program = try Program()
    defer { program.remove() }
    try write(into: program)
    let ending = try await program.run(["run", "a.lua", "--inventory", "inventory.yaml"]) { _ in
      try await until { log(program) == "first\n" }
      let run = try await program.newestRun()
      let paused = try await program.run("pause", run)
      #expect(paused.code == 0, "\(paused.errors)")
      #expect(paused.output.contains("runbook unpause \(run)"))
      #expect(try await program.run("list", "--status", "pausing").output.contains(run))
      try program.write("go", "")
      try await until { try await program.run("list", "--status", "paused").output.contains(run) }
      let shown = try await program.run("show", run).output
      #expect(shown.contains("paused") && shown.contains("runbook unpause \(run)"), "\(shown)")
      #expect(log(program) == "first\n")
      #expect(try await program.run("unpause", run).code == 0)
    }
    #expect(ending.code == 0, "\(ending.errors)")
    #expect(log(program) == "first\nsecond\n")
    #expect(ending.output.contains("continues after the pause"))
  }

  @Test("keys of the live tree pause a run, let it go on, and abort it; the terminal is left as it was")
  func keys() async throws {
    let program = try Program()
    defer { program.remove() }
    try write(into: program)
    // script(1) is the terminal; what comes through the pipe is typed.
    let typed = """
      until_() { while ! eval "$1"; do sleep 0.05; done; }
      until_ '[ -e log ]'; printf p
      until_ '"$PROGRAM" list --status pausing | grep -q a.lua'; touch go
      until_ '"$PROGRAM" list --status paused | grep -q a.lua'; cp log log-while-paused; rm go; printf p
      until_ 'grep -q second log'; printf a
      until_ 'grep -q "Press a again" screen'; printf xaa
      until_ 'tr -d "\\r" < screen | grep -q "Stopping at the next"'; touch go
      until_ '[ -e over ]'
      """
    let terminal = "$PROGRAM run a.lua --inventory inventory.yaml; echo $? > code; stty -a > stty; touch over"
    let ending = try await program.shell(
      "( \(typed) ) | TERM=xterm SHELL=/bin/sh script -qfc '\(terminal)' screen > /dev/null")
    #expect(ending.code == 0, "\(ending.errors)")
    func text(_ name: String) throws -> String {
      try String(contentsOf: program.folder.appending(path: name), encoding: .utf8)
    }
    #expect(try text("log-while-paused") == "first\n")
    #expect(log(program) == "first\nsecond\n")
    #expect(try text("code") == "0\n")
    #expect(try text("screen").contains("p pause or continue"))
    let flags = try text("stty").split(whereSeparator: \.isWhitespace)
    #expect(flags.contains("icanon") && flags.contains("echo"))
    let logs = try await program.run("logs", program.newestRun()).output
    #expect(logs.contains("continues after the pause"), "\(logs)")
  }

  @Test("Ctrl-C ends a paused run at once, resume goes on, and a run that nobody executes can't be paused")
  func interrupted() async throws {
    let program = try Program()
    defer { program.remove() }
    try write(into: program)
    let ending = try await program.run(["run", "a.lua", "--inventory", "inventory.yaml"]) { send in
      try await until { log(program) == "first\n" }
      #expect(try await program.run("pause", program.newestRun()).code == 0)
      try program.write("go", "")
      try await until { try await program.run("list", "--status", "paused").output.contains("a.lua") }
      try send(.interrupt)
    }
    #expect(ending.code == 130, "\(ending.output) \(ending.errors)")
    let refused = try await program.run("pause", program.newestRun())
    #expect(refused.code == 2)
    #expect(refused.errors.contains("is not being executed"))
    #expect(try await program.run("resume").code == 0)
    #expect(log(program) == "first\nsecond\n")
  }
}
