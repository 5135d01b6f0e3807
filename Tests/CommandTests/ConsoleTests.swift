import Foundation
import TestSupport
import Testing

/// `runbook console`, at a pipe and at a real terminal.
@Suite("Console", .usualTimeLimit) struct ConsoleTests {
  private func program() throws -> Program {
    let program = try Program()
    try program.write("inventory.yaml", "hosts: { here: { connection: local, role: manager } }")
    return program
  }

  private func typed(_ program: Program, _ text: String, _ options: String = "") async throws -> Program.Ending {
    try program.write("input.lua", text)
    return try await program.shell("\"$PROGRAM\" console \(options) < input.lua")
  }

  @Test("what comes through a pipe is carried out, results are printed, and a failure does not end the session")
  func pipe() async throws {
    let program = try program()
    defer { program.remove() }
    let ending = try await typed(
      program,
      """
      ssh.read(manager, { "echo", "hello" }).stdout
      for _, host in ipairs(hosts) do
        print("on " .. host.name)
      end
      nothing.there
      { token = secret("abc"), n = 1 }
      """)
    #expect(ending.output == "\"hello\\n\"\non here\n{ n = 1, token = ‹secret› }\n", "\(ending.output)")
    #expect(ending.errors.contains("attempt to index a nil value (global 'nothing')"))
    #expect(ending.code == 1)
    let sound = try await typed(program, "x = 2\nx * 21", "--json")
    #expect(sound.code == 0 && sound.output == "{\"value\":42}\n", "\(sound.output)\(sound.errors)")
    let open = try await typed(program, "for i = 1, 2 do")
    #expect(open.code == 1 && open.errors.contains("ends in the middle"))
    #expect(try await program.run("console", "-i", "none.yaml").code == 2)
  }

  @Test("in a simulated world nothing outside is looked at, and that of a run is as the run has left it")
  func simulated() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write(
      "inventory.yaml",
      """
      hosts:
        h1: { address: 192.0.2.1, role: manager }
        h2: { address: 192.0.2.2, role: worker }
      """)
    let apart = try await typed(program, "#node.list(h1)\nlabel.set(h1, { a = \"b\" })", "--simulate --allow-changes")
    #expect(apart.code == 0 && apart.output.hasPrefix("1\n"), "\(apart.output)\(apart.errors)")
    try program.write(
      "stack.yaml",
      "services: []\nstack: { name: shop, directory: /opt, files: [a.yml] }\nhosts: { h1: { address: 192.0.2.1, role: manager } }"
    )
    let stacks = try await typed(program, "inventory.stack.name, stack.list(h1)", "-i stack.yaml --simulate")
    #expect(stacks.code == 0 && stacks.output.hasPrefix("\"shop\""), "\(stacks.output)\(stacks.errors)")
    try program.write(
      "tell.lua",
      """
      return runbook {
        summary = "Label a node", inventory = { stack = false },
        function(run) step("label", function() label.set(run.inventory.manager, { colour = "red" }) end) end,
      }
      """)
    let ran = try await program.run("run", "tell.lua", "-i", "inventory.yaml", "--simulate", "--json")
    #expect(ran.code == 0, "\(ran.output)\(ran.errors)")
    let run = try #require(ran.output.firstMatch(of: /"run" ?: ?"([a-z0-9]+)"/)).1
    let left = try await typed(program, "label.get(h1).colour", "--simulate \(run)")
    #expect(left.code == 0 && left.output == "\"red\"\n", "\(left.output)\(left.errors)")
  }

  @Test("nothing is changed without --allow-changes, and the refusal says so")
  func changes() async throws {
    let program = try program()
    defer { program.remove() }
    let command = "ssh.run(manager, { \"touch\", \"\(program.folder.path)/made\" }).status"
    let refused = try await typed(program, command)
    #expect(refused.code == 1 && refused.errors.contains("runbook console --allow-changes"), "\(refused.errors)")
    let made = program.folder.appending(path: "made").path
    #expect(!FileManager.default.fileExists(atPath: made))
    let allowed = try await typed(program, command + "\nfile.exists(manager, \"\(made)\")", "--allow-changes")
    #expect(allowed.code == 0 && allowed.output == "0\ntrue\n", "\(allowed.output)\(allowed.errors)")
    // Nothing is left behind: a run goes on at once.
    try program.write(
      "a.lua",
      "return runbook { inventory = { stack = false }, function(run)\n  local h = run.inventory.manager\n"
        + "  step(\"s\", function() ssh.run(h, { \"true\" }) end)\nend }")
    #expect(try await program.run("run", "a.lua", "-i", "inventory.yaml").code == 0)
  }

  @Test(
    "at a terminal names are completed, what was typed comes back, Ctrl-C stops an input, and the history is private")
  func terminal() async throws {
    let program = try program()
    defer { program.remove() }
    // script(1) is the terminal; each is typed once what came before is to be seen.
    func session(_ keys: [(seen: String, typed: String)]) async throws -> String {
      let typed = keys.map { key in
        "until grep -q '\(key.seen)' screen 2>/dev/null || [ -e over ]; do sleep 0.05; done; printf '\(key.typed)'"
      }.joined(separator: "; ")
      let ending = try await program.shell(
        // The shell, unlike the program, would end at Ctrl-C.
        "rm -f screen over code; ( \(typed); until [ -e over ]; do sleep 0.05; done ) | { TERM=xterm SHELL=/bin/sh timeout 90 "
          + "script -qfc 'trap : INT; $PROGRAM console; echo $? > code; stty -a > stty' screen > /dev/null; touch over; }"
      )
      #expect(ending.code == 0, "\(ending.errors)")
      #expect(try String(contentsOf: program.folder.appending(path: "code"), encoding: .utf8) == "0\n")
      return try String(contentsOf: program.folder.appending(path: "screen"), encoding: .utf8)
    }
    let first = try await session([
      ("Try: node", "string.rev\\t(\"one-cba\")\\n"), ("abc-eno", "print(\"be\" .. \"gun\") time.sleep(1000)\\n"),
      ("begun", "\\003"), ("was stopped", "secret(\"hunter2\")\\n"), ("‹secret›", "exit\\n"),
    ])
    #expect(first.contains("abc-eno"))
    let flags = try String(contentsOf: program.folder.appending(path: "stty"), encoding: .utf8)
      .split(whereSeparator: \.isWhitespace)
    #expect(flags.contains("icanon") && flags.contains("echo"))
    let history = program.folder.appending(path: "state/console-history")
    let kept = try String(contentsOf: history, encoding: .utf8)
    #expect(kept.contains("string.reverse") && !kept.contains("hunter2"), "\(kept)")
    let mode = try FileManager.default.attributesOfItem(atPath: history.path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    // The arrow up brings back what was typed in the session before.
    let second = try await session([("Try: node", "\\033[A\\033[A\\n"), ("abc-eno", "exit\\n")])
    #expect(second.contains("abc-eno"))
  }
}
