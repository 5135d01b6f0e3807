import Foundation
import TestSupport
import Testing

/// What a runbook left out is told, and what it found lets its hosts go.
@Suite(.usualTimeLimit) struct NothingSkippedTests {
  /// A program in a folder with an inventory of this machine, and a runbook of that body. `host` and `folder` are there.
  private func program(_ body: String) throws -> Program {
    let program = try Program()
    try program.write("inventory.yaml", Program.thisMachine)
    try program.write(
      "a.lua",
      """
      return runbook { summary = "a", inventory = { stack = false }, params = { folder = { default = "" } }, function(run)
      local host, folder = run.inventory.manager, run.params.folder
      \(body)
      end }
      """)
    return program
  }

  private func run(_ program: Program, _ options: String...) async throws -> Program.Ending {
    try await program.run(
      ["run", "a.lua", "--inventory", "inventory.yaml", "--param", "folder=\(program.folder.path)"] + options)
  }

  private func files(_ program: Program) throws -> Set<String> {
    Set(try FileManager.default.contentsOfDirectory(atPath: program.folder.path)).subtracting(["state"])
  }

  @Test("a rollback undoes what the edited runbook did, and nothing that only the first one would have made")
  func rollbackOfEdited() async throws {
    let program = try program(
      """
      step("make", { undo = function() file.remove(host, folder .. "/d/made") end },
        function() file.write(host, folder .. "/d/made", "x") end)
      """)
    defer { program.remove() }
    #expect(try await run(program).code == 1)
    let text = try String(contentsOf: program.folder.appending(path: "a.lua"), encoding: .utf8)
    try program.write("a.lua", text.replacing("/d/made", with: "/made"))
    let resumed = try await program.run(["resume", "--accept-changes"])
    #expect(resumed.code == 0, "\(resumed.output)\(resumed.errors)")
    try program.write("d/made", "another's")
    #expect(try files(program).contains("made"))
    let undone = try await program.shell(
      "\"$PROGRAM\" rollback $(\"$PROGRAM\" list --json | grep -o '\"run\" *: *\"[a-z0-9]*' | grep -o '[a-z0-9]*$')")
    #expect(undone.code == 0, "\(undone.output)\(undone.errors)")
    #expect(try files(program) == ["inventory.yaml", "a.lua", "d"])
    #expect(FileManager.default.fileExists(atPath: program.folder.appending(path: "d/made").path))
  }

  @Test(
    "a runbook in which two steps are one to the journal is refused before it begins, with both lines",
    arguments: [
      (
        #"""
        step("copy a/b", function() file.write(host, folder .. "/first", "1") end)
        step("copy a\u{2215}b", function() file.write(host, folder .. "/second", "2") end)
        """#, ["a.lua:3", "a.lua:4", "copy a/b"]
      ),
      (
        """
        step("x", function() file.write(host, folder .. "/first", "1") end)
        scope("", function() step("x", function() file.write(host, folder .. "/second", "2") end) end)
        """, ["a.lua:4", "the name is empty"]
      ),
      (
        """
        step("make", { undo = function() file.remove(host, folder .. "/made") end },
          function() file.write(host, folder .. "/made", "x") end)
        scope("rollback", function()
          step("make", function() file.write(host, folder .. "/plan", "how to go back") end)
        end)
        """, ["a.lua:5", "\"rollback\""]
      ),
    ])
  func refusedPaths(_ body: String, _ words: [String]) async throws {
    let program = try program(body)
    defer { program.remove() }
    let before = try files(program)
    let ending = try await run(program)
    #expect(ending.code == 2, "\(ending.output) \(ending.errors)")
    for word in words { #expect(ending.errors.contains(word), "\(ending.errors)") }
    #expect(try files(program) == before)
    #expect(try await program.run("list", "--json").output.contains("\"run\"") == false)
  }

  @Test("as many failures as a number can hold are allowed with words, and never end the process")
  func largestNumber() async throws {
    let known = try program(
      "parallel({ \"a\", \"b\" }, { max_failures = math.maxinteger }, function() step(\"s\", function() fail(\"no\") end) end)"
    )
    defer { known.remove() }
    let refused = try await run(known)
    #expect(refused.code == 2, "\(refused.output) \(refused.errors)")
    #expect(refused.errors.contains("a/s") && refused.errors.contains("b/s"), "\(refused.errors)")
  }

  @Test("branches that fail under max_failures are named by the run, its list, its view, its report and its JSON")
  func toleratedBranches() async throws {
    let program = try program(
      """
      parallel({ "a", "b", "c" }, { max_failures = math.maxinteger }, function(name)
        step("read", function() return ssh.run(host, { "cat", folder .. "/" .. name }).stdout end)
      end)
      step("after", function() return 1 end)
      """)
    defer { program.remove() }
    try program.write("c", "c")
    let ending = try await run(program)
    #expect(ending.code == 1, "\(ending.output) \(ending.errors)")
    for word in ["2 steps failed", "a/read", "b/read", "runbook resume"] {
      #expect(ending.output.contains(word), "\(ending.output)")
    }
    #expect(!ending.output.contains("Nothing had to be changed"))
    let id = try await program.newestRun()
    let show = try await program.run("show", id).output
    #expect(show.contains("failed (can be resumed)") && show.contains("a/read") && show.contains("b/read"), "\(show)")
    #expect(try await program.run("list", "--status", "failed").output.contains(id))
    _ = try await program.run("report", id, "--output", "report.html")
    let report = try String(contentsOf: program.folder.appending(path: "report.html"), encoding: .utf8)
    #expect(report.contains("2 steps failed"))
    try program.write("a", "a")
    try program.write("b", "b")
    let resumed = try await program.run("resume", "--json")
    #expect(resumed.code == 0, "\(resumed.output) \(resumed.errors)")
    #expect(resumed.output.contains("\"state\":\"succeeded\""), "\(resumed.output)")
  }

  @Test("a run that changes something and concludes is over, with exit code 1, and lets its hosts go")
  func concluded() async throws {
    let program = try program(
      """
      step("change", { undo = function() file.remove(host, folder .. "/x") end },
        function() file.write(host, folder .. "/x", run.id) end)
      conclude("still full", { { message = "the disk is still full", host = host } })
      """)
    defer { program.remove() }
    let ending = try await run(program)
    #expect(ending.code == 1, "\(ending.output) \(ending.errors)")
    #expect(ending.output.contains("the disk is still full"))
    #expect(!ending.output.contains("runbook resume"), "\(ending.output)")
    let first = try await program.newestRun()
    #expect(try await program.run("list", "--status", "findings").output.contains(first))
    #expect(try await program.run("show", first).output.contains("done, with findings"))
    #expect(try await program.run("resume", first).code == 2)
    #expect(try await program.run("list", "--open", "--json").output.contains(first) == false)
    // The host is free: another run needs no leave to change it.
    let second = try await run(program, "--json")
    #expect(second.code == 1, "\(second.output) \(second.errors)")
    #expect(second.output.contains("\"state\":\"findings\""), "\(second.output)")
    let rolledBack = try await program.run("rollback", try await program.newestRun())
    #expect(rolledBack.code == 0, "\(rolledBack.output) \(rolledBack.errors)")
    #expect(try !files(program).contains("x"))
  }
}
