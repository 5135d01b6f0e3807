import Foundation
import TestSupport
import Testing

/// Whole runs of the program, without hosts.
@Suite(.usualTimeLimit) struct RunTests {
  @Test("a run is executed, listed and shown")
  func runs() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write(
      "runbooks/hello.lua",
      "return runbook { summary = \"Say hello\", function(run)\n"
        + "local a = step(\"greet\", function() return \"hello\" end)\nlog.info(a)\nnote(\"Then\", { \"go home\" })\nend }"
    )
    let ending = try await program.run("run", "hello")
    #expect(ending.code == 0, "\(ending.errors)")
    #expect(ending.output.contains("greet"))
    #expect(ending.output.contains("go home"))
    let list = try await program.run("list")
    #expect(list.code == 0)
    #expect(list.output.contains("hello"))
    let id = try await program.newestRun()
    let show = try await program.run("show", id)
    #expect(show.code == 0)
    #expect(show.output.contains("greet"))
    let again = try await program.run("resume", id)
    #expect(again.code == 2)
    #expect(again.errors.contains("over"))
  }

  @Test("a report is written for its owner only, and what can't be written is told and leaves nothing")
  func report() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("a.lua", "return runbook { function(run) step(\"greet\", function() return 1 end) end }")
    _ = try await program.run("run", "a.lua")
    let id = try await program.newestRun()

    let written = try await program.run("report", String(id.prefix(4)), "--output", "report.html")
    #expect(written.code == 0, "\(written.errors)")
    let file = program.folder.appending(path: "report.html")
    #expect(try String(contentsOf: file, encoding: .utf8).contains("greet"))
    let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
    #expect(mode == 0o600)

    let before = try FileManager.default.contentsOfDirectory(atPath: program.folder.path).sorted()
    let refused = try await program.run("report", id, "--output", "nowhere/report.html")
    #expect(refused.code != 0)
    #expect(refused.errors.contains("nowhere/report.html can't be written"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: program.folder.path).sorted() == before)
    #expect(try await program.run("report", "zzzz").code == 2)
  }

  @Test("--json writes one object per event")
  func json() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("a.lua", "return runbook { function(run) step(\"s\", function() return 1 end) end }")
    let ending = try await program.run("run", "a.lua", "--json")
    #expect(ending.code == 0)
    let lines = ending.output.split(separator: "\n")
    let kinds = try lines.map {
      try #require((try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])?["kind"] as? String)
    }
    #expect(kinds.contains("step.started"))
    #expect(kinds.contains("step.succeeded"))
    #expect(kinds.last == "result")
  }

  @Test("a failed run exits with 1, tells how to go on, and does so after the cause was mended")
  func mended() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("inventory.yaml", Program.thisMachine)
    try program.write(
      "a.lua",
      """
      return runbook { function(run)
        local here = run.inventory.manager
        step("first", function() ssh.run(here, { "sh", "-c", "echo first >> log" }, { cwd = run.params.folder }) end)
        step("second", function() ssh.run(here, { "cat", run.params.folder .. "/needed" }) end)
        step("third", function() ssh.run(here, { "sh", "-c", "echo third >> log" }, { cwd = run.params.folder }) end)
      end, params = { folder = { default = "" } } }
      """)
    let failed = try await program.run(
      "run", "a.lua", "--inventory", "inventory.yaml", "--param", "folder=\(program.folder.path)")
    #expect(failed.code == 1, "\(failed.output) \(failed.errors)")
    #expect(failed.output.contains("No such file or directory"))
    #expect(failed.output.contains("runbook resume"))
    try program.write("needed", "x")
    let resumed = try await program.run("resume")
    #expect(resumed.code == 0, "\(resumed.output) \(resumed.errors)")
    let log = try String(contentsOf: program.folder.appending(path: "log"), encoding: .utf8)
    #expect(log == "first\nthird\n")
  }

  @Test("a command goes on when the program is killed, is found again on resume, and is run once")
  func killed() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("inventory.yaml", Program.thisMachine)
    // The command says that it began, and goes on once it is allowed to.
    try program.write(
      "a.lua",
      """
      return runbook { function(run)
        step("long", function()
          local script = "echo begun >> log; n=0; while [ ! -e go ] && [ $((n=n+1)) -lt 12000 ]; do sleep 0.05; done; echo ended >> log; echo out"
          return ssh.run(run.inventory.manager, { "sh", "-c", script }, { cwd = run.params.folder }).stdout
        end)
      end, params = { folder = { default = "" } } }
      """)
    let log = program.folder.appending(path: "log")
    let killed = try await program.run(
      ["run", "a.lua", "--inventory", "inventory.yaml", "--param", "folder=\(program.folder.path)"],
      killedWhenThereIs: log)
    #expect(killed.code == 128 + 9)
    try program.write("go", "")
    let resumed = try await program.run("resume")
    #expect(resumed.code == 0, "\(resumed.output) \(resumed.errors)")
    #expect(resumed.output.contains("| out"))
    #expect(try String(contentsOf: log, encoding: .utf8) == "begun\nended\n")
  }

  @Test("an approval that nobody can answer exits with 3, and --yes goes on")
  func approval() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write(
      "a.lua", "return runbook { function(run) approve(\"Is there a backup?\") step(\"s\", function() end) end }")
    let waiting = try await program.run("run", "a.lua")
    #expect(waiting.code == 3, "\(waiting.errors)")
    #expect(waiting.output.contains("Is there a backup?"))
    #expect(waiting.output.contains("runbook resume --yes"))
    let done = try await program.run("resume", "--yes")
    #expect(done.code == 0, "\(done.errors)")
  }
}
