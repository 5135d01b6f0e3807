import Foundation
import TestSupport
import Testing

/// The program is killed at every write to its journal and every effect, before and after, and resumed.
@Suite(.usualTimeLimit, .serialized) struct CrashMatrixTests {
  private static let procedure = """
    return runbook {
      params = { folder = { default = "" } },
      function(run)
        local here, folder = run.inventory.manager, run.params.folder
        local function say(word)
          return ssh.run(here, { "sh", "-c", "echo " .. word .. " >> log" }, { cwd = folder }).status
        end
        step("one", { undo = function() say("undo-one") end }, function() return say("one") end)
        parallel({ "a", "b" }, function(name)
          step("write", function() file.write(here, folder .. "/" .. name, name) end)
          step("say", { undo = function() say("undo-" .. name) end }, function() say(name) end)
        end)
        step("checked", { check = function() return file.exists(here, folder .. "/c") end },
          function() file.write(here, folder .. "/c", "c") end)
        step("two", function() say("two") say("three") end)
      end,
    }
    """

  private func fresh() throws -> (Program, [String]) {
    let program = try Program()
    try program.write("crash.lua", Self.procedure)
    try program.write("inventory.yaml", Program.thisMachine)
    let run = ["run", "crash.lua", "--inventory", "inventory.yaml", "--param", "folder=\(program.folder.path)"]
    return (program, run)
  }

  /// What the host itself recorded: the words that commands have said, sorted.
  private func said(_ program: Program) -> [String] {
    let text = (try? String(contentsOf: program.folder.appending(path: "log"), encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map(String.init).sorted()
  }

  private static let forward = ["a", "b", "one", "three", "two"]

  /// How many points an undisturbed execution of these arguments passes.
  private func points(_ program: Program, _ arguments: [String]) async throws -> Int {
    let log = program.folder.appending(path: "points")
    let ending = try await program.run(arguments, variables: ["RUNBOOK_CRASH_LOG": log.path])
    #expect(ending.code == 0, "\(ending.output) \(ending.errors)")
    let numbers = try String(contentsOf: log, encoding: .utf8).split(separator: "\n").compactMap { line in
      line.split(separator: " ").first.flatMap { Int($0) }
    }
    return try #require(numbers.max())
  }

  @Test("killed at each point of a run: nothing is done twice and nothing is left out")
  func forward() async throws {
    let (sample, arguments) = try fresh()
    defer { sample.remove() }
    let count = try await points(sample, arguments)
    #expect(said(sample) == Self.forward)
    var killed = 0, held = 0
    for point in 1...count {
      let (program, run) = try fresh()
      defer { program.remove() }
      let broken = try await program.run(run, variables: ["RUNBOOK_CRASH_AT": "\(point)"])
      // Writes of branches that come together are one: then there are fewer points.
      if broken.code == 0 { continue }
      #expect(broken.code == 128 + 9, "point \(point): \(broken.output) \(broken.errors)")
      killed += 1
      let hasRun = try await program.run("list").output.contains("crash.lua")
      let ending = try await program.run(hasRun ? ["resume"] : run)
      // Killed after its last word was recorded, the run is over.
      let isOver = ending.errors.contains("all have ended")
      #expect(ending.code == 0 || isOver, "point \(point): \(ending.output) \(ending.errors)")
      #expect(said(program) == Self.forward, "point \(point)")
      for file in ["a", "b", "c"] {
        #expect(FileManager.default.fileExists(atPath: program.folder.appending(path: file).path), "point \(point)")
      }
      if said(program) == Self.forward { held += 1 }
    }
    print("crash matrix, forward: \(count) points, \(killed) kills, \(held) held")
    #expect(killed >= 30)
  }

  @Test("killed at each point of a resume and of a rollback: nothing is done twice and nothing is left out")
  func resumeAndRollback() async throws {
    var killed = 0, held = 0
    let (sample, run) = try fresh()
    defer { sample.remove() }
    #expect(try await sample.run(run).code == 0)
    let id = try #require(try await sample.run("list").output.split(separator: "\n").last?.split(separator: " ").first)
    let count = try await points(sample, ["rollback", String(id)])
    let backward = (Self.forward + ["undo-a", "undo-b", "undo-one"]).sorted()
    #expect(said(sample) == backward)
    for point in 1...count {
      let (program, run) = try fresh()
      defer { program.remove() }
      // A run that was killed in its middle, and killed again while it was resumed.
      _ = try await program.run(run, variables: ["RUNBOOK_CRASH_AT": "14"])
      _ = try await program.run(["resume"], variables: ["RUNBOOK_CRASH_AT": "\(point)"])
      let resumed = try await program.run("resume")
      #expect(resumed.code == 0 || resumed.errors.contains("all have ended"), "point \(point): \(resumed.errors)")
      #expect(said(program) == Self.forward, "point \(point)")
      // The rollback of it, killed and taken up again.
      let id = try #require(
        try await program.run("list").output.split(separator: "\n").last?.split(separator: " ").first)
      let broken = try await program.run(["rollback", String(id)], variables: ["RUNBOOK_CRASH_AT": "\(point)"])
      if broken.code == 128 + 9 { killed += 1 }
      let undone = try await program.run("rollback", String(id))
      let isOver = undone.errors.contains("already rolled back")
      #expect(undone.code == 0 || isOver, "point \(point): \(undone.output) \(undone.errors)")
      #expect(said(program) == backward, "point \(point)")
      if said(program) == backward { held += 1 }
    }
    print("crash matrix, resume and rollback: \(count) points, \(killed) kills, \(held) held")
    #expect(killed >= 10)
  }
}
