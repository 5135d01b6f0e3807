import Foundation
import TestSupport
import Testing

/// Loops that wait come to their end in a plan, before a run and in a test, without anybody waiting for them.
@Suite(.usualTimeLimit) struct WaitingLoopTests {
  private static let inventory = """
    hosts:
      here: { connection: local, role: manager }
    """

  /// As `sleep.lua`, for an hour.
  private static let sleeps = """
    return runbook { summary = "x", inventory = { stack = false }, function(run)
      step("loop", function()
        local t, n = time.now(), 0
        repeat time.sleep("10m") n = n + 1 until time.now() > t + 3500
        return n
      end)
    end }
    """

  @Test("a plan shows what a loop reads once")
  func plan() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("here.yaml", Self.inventory)
    try program.write("sleep.lua", Self.sleeps)
    let plan = try await program.run("plan", "sleep.lua", "-i", "here.yaml")
    #expect(plan.code == 0 && plan.output.contains("loop"), "\(plan)")
    try program.write(
      "poll.lua",
      """
      return runbook { summary = "y", inventory = { stack = false }, function(run)
        step("poll", function()
          local ends = time.now() + 3600
          repeat
            local a = ssh.read("here", { "sh", "-c", "echo asked >> asked; cat answer" }, { check = false, cwd = "\(program.folder.path)" }).stdout
            if a == "never" then return a end
            time.sleep("1s")
          until time.now() > ends
          fail("no")
        end)
      end }
      """)
    let poll = try await program.run("plan", "poll.lua", "-i", "here.yaml")
    #expect(poll.code == 0, "\(poll)")
    #expect(poll.output.components(separatedBy: "echo asked").count == 2, "\(poll.output.prefix(3000))")
    #expect(try String(contentsOf: program.folder.appending(path: "asked"), encoding: .utf8) == "asked\n")
  }

  @Test("a run begins without waiting for its loops, and a stop ends the wait")
  func run() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("here.yaml", Self.inventory)
    try program.write(
      "sleep.lua",
      """
      return runbook { summary = "x", inventory = { stack = false }, function(run)
        step("begin", function() ssh.run("here", { "touch", "\(program.folder.path)/begun" }) end)
        local t = time.now()
        repeat time.sleep("10m") until time.now() > t + 3500
      end }
      """)
    let ending = try await program.run(["run", "sleep.lua", "-i", "here.yaml"], variables: [:]) { send in
      try await eventually { FileManager.default.fileExists(atPath: program.folder.path + "/begun") }
      try send(.interrupt)
    }
    #expect(ending.code == 130 || ending.code == 3 || ending.code == 4, "\(ending)")
  }

  @Test("a test of it ends, with the time that it waited, and one that takes too long is ended with its line")
  func test() async throws {
    let program = try Program()
    defer { program.remove() }
    try program.write("sleep.lua", Self.sleeps)
    try program.write(
      "sleep_test.lua",
      """
      local expect = require "expect"
      local inv = { hosts = { h1 = { address = "192.0.2.1", role = "manager" } } }
      test("loop", function()
        simulation.world { inventory = inv, world = { start = "none" } }
        local before = time.now()
        local r = simulation.run("sleep.lua")
        expect.succeeded(r)
        expect.equal(r.steps["loop"].result, 6)
        time.sleep("1h")
        assert(time.now() > before + 7000)
      end)
      """)
    let held = try await program.run("test", "sleep_test.lua")
    #expect(held.code == 0, "\(held)")
    for loop in [
      "while true do end", "while true do time.sleep('1s') end", "string.match(('a'):rep(1e5), '.-.-.-.-.-b')",
    ] {
      try program.write(
        "endless_test.lua",
        "local inv = { hosts = { h1 = { address = '192.0.2.1', role = 'manager' } } }\n"
          + "test('endless', function() simulation.world { inventory = inv, world = { start = 'none' } } \(loop) end)")
      let ended = try await program.run("test", "endless_test.lua", "--time-limit", "2")
      #expect(ended.code == 1 && ended.output.contains("took longer than 2 s"), "\(loop): \(ended)")
    }
  }
}
