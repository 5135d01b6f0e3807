import Foundation
import TestSupport
import Testing

/// `runbook run` and `runbook resume` for somebody who tries a runbook out.
@Suite("Trying a runbook out", .usualTimeLimit) struct DebuggingTests {
  private static let runbook = """
    return runbook {
      summary = "Three steps",
      params = { password = { type = "secret" } },
      function(run)
        local host = run.inventory.manager
        local secret_text = run.params.password
        step("first", function() ssh.run(host, { "sh", "-c", "echo first >> log" }, { cwd = "FOLDER" }) end)
        step("second", function() ssh.run(host, { "sh", "-c", "cat > /dev/null; echo second >> log" }, { cwd = "FOLDER", stdin = secret_text }) end)
        step("third", function() ssh.run(host, { "sh", "-c", "echo third >> log" }, { cwd = "FOLDER" }) end)
      end,
    }
    """

  private func write(into program: Program) throws {
    try program.write("inventory.yaml", Program.thisMachine)
    try program.write("a.lua", Self.runbook.replacing("FOLDER", with: program.folder.path))
    try program.write("pw.txt", "hunter2")
  }

  private func run(_ program: Program, _ options: String...) async throws -> Program.Ending {
    try await program.run(["run", "a.lua", "-i", "inventory.yaml", "--param", "password=@pw.txt"] + options)
  }

  private func log(_ program: Program) -> String {
    (try? String(contentsOf: program.folder.appending(path: "log"), encoding: .utf8)) ?? ""
  }

  @Test("--until stops after the step with exit code 130, and resume does the rest")
  func until() async throws {
    let program = try Program()
    defer { program.remove() }
    try write(into: program)
    let stopped = try await run(program, "--until", "second")
    #expect(stopped.code == 130, "\(stopped.errors)")
    #expect(stopped.output.contains("Interrupted: stopped after \"second\" (--until)"), "\(stopped.output)")
    #expect(stopped.output.contains("runbook resume"))
    #expect(log(program) == "first\nsecond\n")
    #expect(try await program.run("resume").code == 0)
    #expect(log(program) == "first\nsecond\nthird\n")
    let wrong = try await run(program, "--until", "secnd")
    #expect(wrong.code == 2 && wrong.errors.contains("did you mean \"second\"?"), "\(wrong.errors)")
  }

  @Test("--from begins in the middle with what an earlier run has recorded, and says whose results they are")
  func from() async throws {
    let program = try Program()
    defer { program.remove() }
    try write(into: program)
    #expect(try await run(program, "--from", "third").code == 2)
    #expect(try await run(program).code == 0)
    let again = try await run(program, "--from", "third")
    #expect(again.code == 0, "\(again.errors)")
    #expect(log(program) == "first\nsecond\nthird\nthird\n")
    let list = try await program.run("list").output
    let id = String(
      try #require(list.split(separator: "\n").first { $0.contains("a.lua") }?.split(separator: " ").first))
    let shown = try await program.run("show", id).output
    #expect(shown.contains("result of an earlier run"), "\(shown)")
    #expect(try await program.run("logs", id).output.contains("not carried out: result of run "))
    #expect(try await run(program, "--results-of", "x").code == 2)
  }

  @Test("--trace shows each call on standard error, or as an event with --json, and never a secret")
  func trace() async throws {
    let program = try Program()
    defer { program.remove() }
    try write(into: program)
    let traced = try await run(program, "--trace")
    #expect(traced.code == 0, "\(traced.errors)")
    let line = try #require(traced.errors.split(separator: "\n").first { $0.contains("second") })
    #expect(line.contains("here  second  a.lua:8  ssh.run(\"here\"") && line.contains("stdin = ‹secret›"), "\(line)")
    #expect(line.contains("status = 0"))
    let json = try await run(program, "--trace", "--json")
    let calls = try json.output.split(separator: "\n").compactMap {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }.filter { $0["kind"] as? String == "call.traced" }
    #expect(calls.compactMap { $0["path"] as? String } == ["first", "second", "third"])
    #expect((calls[1]["payload"] as? [String: Any])?["primitive"] as? String == "ssh.run")
    #expect(![traced.errors, traced.output, json.output].contains { $0.contains("hunter2") })
  }

  @Test("--step is refused without a terminal, and at one asks before each step, stops, and goes on")
  func step() async throws {
    let program = try Program()
    defer { program.remove() }
    try write(into: program)
    let refused = try await run(program, "--step")
    #expect(refused.code == 2 && refused.errors.contains("no terminal"), "\(refused.errors)")
    #expect(log(program).isEmpty)
    // script(1) is the terminal; each answer is typed once its question is there.
    func type(_ command: String, _ answers: [(step: String, key: String)]) async throws -> String {
      let typed = answers.map { answer in
        "while ! grep -q 'Next: \(answer.step)' screen 2>/dev/null; do sleep 0.05; done; echo \(answer.key)"
      }.joined(separator: "; ")
      let ending = try await program.shell(
        "rm -f screen over; ( \(typed); n=0; while [ ! -e over ] && [ $((n=n+1)) -lt 12000 ]; do sleep 0.05; done ) | "
          + "TERM=xterm SHELL=/bin/sh script -qfc '$PROGRAM \(command); echo $? > code; touch over' screen > /dev/null")
      #expect(ending.code == 0, "\(ending.errors)")
      return try String(contentsOf: program.folder.appending(path: "code"), encoding: .utf8)
    }
    let begin = "run a.lua -i inventory.yaml --param password=@pw.txt --step"
    #expect(try await type(begin, [("first", "y"), ("second", "s")]) == "130\n")
    #expect(log(program) == "first\n")
    #expect(try await type("resume --step", [("second", "g")]) == "0\n")
    #expect(log(program) == "first\nsecond\nthird\n")
    let screen = try String(contentsOf: program.folder.appending(path: "screen"), encoding: .utf8)
    #expect(!screen.contains("Next: third"))
  }

  @Test("an error in a module is shown with its lines and the runbook's line that called it, also before a run begins")
  func traceback() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("inventory.yaml", Program.thisMachine)
    try program.write(
      "stdlib/tools.lua",
      "local tools = {}\nfunction tools.fails(word)\n  local t = nil\n  return t[word]\nend\nreturn tools")
    try program.write(
      "late.lua",
      "local tools = require \"tools\"\nreturn runbook { function(run)\n  local h = run.inventory.manager\n"
        + "  local had = step(\"look\", function() return ssh.read(h, { \"true\" }) end)\n"
        + "  step(\"work\", function() if had.status == 0 then tools.fails(had.stdout) end end)\nend }")
    let late = try await program.run("run", "late.lua", "-i", "inventory.yaml")
    #expect(late.code == 1)
    for part in ["stdlib/tools.lua:4", "> 4 |   return t[word]", "2 | function tools.fails", "late.lua:5"] {
      #expect(late.output.contains(part), "«\(part)» in: \(late.output)")
    }
    try program.write(
      "early.lua", "local tools = require \"tools\"\nreturn runbook { function(run)\n  tools.fails(\"x\")\nend }")
    let early = try await program.run("run", "early.lua")
    #expect(early.code == 2)
    for part in ["stdlib/tools.lua:4", "> 4 |   return t[word]", "early.lua:3"] {
      #expect(early.errors.contains(part), "«\(part)» in: \(early.errors)")
    }
  }
}
