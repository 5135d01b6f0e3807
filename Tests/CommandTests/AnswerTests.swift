import Foundation
import TestSupport
import Testing

/// The commands by which a person answers a run that waits.
@Suite(.usualTimeLimit) struct AnswerTests {
  /// A runbook whose second step fails until there is a file `needed`, with `third` as its third step.
  private func write(_ third: String, into program: Program) throws {
    try program.write("inventory.yaml", Program.thisMachine)
    try program.write(
      "a.lua",
      """
      local folder = "\(program.folder.path)"
      return runbook { function(run)
        local here = run.inventory.manager
        step("first", function() ssh.run(here, { "sh", "-c", "echo first >> log" }, { cwd = folder }) end)
        step("second", function() ssh.run(here, { "cat", folder .. "/needed" }) end)
        \(third)
      end }
      """)
  }

  private func append(_ word: String) -> String {
    "step(\"\(word)\", function() ssh.run(here, { \"sh\", \"-c\", \"echo \(word) >> log\" }, { cwd = folder }) end)"
  }

  private func log(_ program: Program) throws -> String {
    try String(contentsOf: program.folder.appending(path: "log"), encoding: .utf8)
  }

  @Test("an edited runbook: nobody agreed is exit code 3, --strict refuses, --accept-changes goes on with the new text")
  func edited() async throws {
    let program = try Program()
    defer { program.remove() }
    try write(append("third"), into: program)
    #expect(try await program.run("run", "a.lua", "--inventory", "inventory.yaml").code == 1)
    try write(append("another"), into: program)
    try program.write("needed", "x")
    let waiting = try await program.run("resume")
    #expect(waiting.code == 3, "\(waiting.output) \(waiting.errors)")
    for word in ["another", "third", "--accept-changes", "--as-started"] { #expect(waiting.output.contains(word)) }
    let strict = try await program.run("resume", "--strict")
    #expect(strict.code == 2)
    #expect(strict.errors.contains("another"))
    let accepted = try await program.run("resume", "--accept-changes")
    #expect(accepted.code == 0, "\(accepted.output) \(accepted.errors)")
    #expect(try log(program) == "first\nanother\n")
  }

  @Test("--as-started goes on with the text with which the run began")
  func asStarted() async throws {
    let program = try Program()
    defer { program.remove() }
    try write(append("third"), into: program)
    #expect(try await program.run("run", "a.lua", "--inventory", "inventory.yaml").code == 1)
    try write(append("another"), into: program)
    try program.write("needed", "x")
    let resumed = try await program.run("resume", "--as-started")
    #expect(resumed.code == 0, "\(resumed.output) \(resumed.errors)")
    #expect(try log(program) == "first\nthird\n")
  }

  @Test("approve and reject answer a run that waits, and logs shows who did")
  func approvals() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("a.lua", "return runbook { function(run) approve(\"Go?\") step(\"s\", function() end) end }")
    #expect(try await program.run("run", "a.lua").code == 3)
    let id = try #require(try await program.run("list").output.split(separator: "\n").last?.split(separator: " ").first)
    let approved = try await program.run("approve", String(id))
    #expect(approved.code == 0, "\(approved.errors)")
    #expect(approved.output.contains("Go?"))
    #expect(try await program.run("resume").code == 0)
    #expect(try await program.run("logs", String(id)).output.contains("approved by"))

    #expect(try await program.run("run", "a.lua").code == 3)
    let next = try #require(
      try await program.run("list").output.split(separator: "\n").dropFirst().first?.split(separator: " ").first)
    #expect(try await program.run("reject", String(next)).code == 0)
    let rejected = try await program.run("resume", String(next))
    #expect(rejected.code == 1)
    #expect(rejected.output.contains("the operator rejected"))
  }

  @Test("resolve names the steps in doubt when it is given none of them")
  func resolve() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("a.lua", "return runbook { function(run) approve(\"Go?\") end }")
    #expect(try await program.run("run", "a.lua").code == 3)
    let id = try #require(try await program.run("list").output.split(separator: "\n").last?.split(separator: " ").first)
    let resolved = try await program.run("resolve", String(id), "nothing", "--done")
    #expect(resolved.code == 2)
    #expect(resolved.errors.contains("no step of run \(id) is in doubt"))
    #expect(try await program.run("resolve", String(id), "nothing").code == 2)
  }

  @Test("rollback undoes a run's steps in reverse")
  func rollback() async throws {
    let program = try Program()
    defer { program.remove() }
    let undoable = ["one", "two"].map { word in
      "step(\"\(word)\", { undo = function() ssh.run(here, { \"sh\", \"-c\", \"echo undo \(word) >> log\" }, "
        + "{ cwd = folder }) end }, function() ssh.run(here, { \"sh\", \"-c\", \"echo \(word) >> log\" }, "
        + "{ cwd = folder }) end)"
    }.joined(separator: "\n")
    try write(undoable, into: program)
    try program.write("needed", "x")
    #expect(try await program.run("run", "a.lua", "--inventory", "inventory.yaml").code == 0)
    let id = try #require(try await program.run("list").output.split(separator: "\n").last?.split(separator: " ").first)
    let undone = try await program.run("rollback", String(id))
    #expect(undone.code == 0, "\(undone.output) \(undone.errors)")
    #expect(try log(program) == "first\none\ntwo\nundo two\nundo one\n")
    #expect(try await program.run("list").output.contains("rolled back"))
  }
}
