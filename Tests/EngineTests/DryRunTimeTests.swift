import Engine
import Foundation
import TestSupport
import Testing
import Values

/// In a dry run nothing takes time: what waits comes to its end, and what has none is found.
@Suite(.usualTimeLimit) struct DryRunTimeTests {
  private func plan(_ rig: Rig) async throws -> RunPlan { try await rig.runner().plan(rig.source, parameters: [:]) }

  @Test("a loop with a deadline ends, in a plan and before a run, and says how often it came around")
  func deadline() async throws {
    let rig = try Rig()
    try rig.body(
      """
      step("loop", function()
        local t, n = time.now(), 0
        repeat time.sleep("1h") n = n + 1 until time.now() > t + 5 * 3600
        if n < 5 or n > 6 then fail("came around " .. n) end
      end)
      local t = time.now()
      repeat until time.now() > t + 5
      fail("here")
      """)
    let failure = await failure { try await plan(rig) }
    #expect(failure?.message == "here")
  }

  @Test("what a loop reads again and again is read once and shown once, and what it concludes from that proves nothing")
  func folds() async throws {
    let rig = try Rig()
    try rig.body(
      """
      step("poll", function()
        local ends = time.now() + 60
        repeat if world.has("m", "x") then return "there" end time.sleep("1s") until time.now() > ends
        fail("no")
      end)
      step("after", function() world.set("m", "y") end)
      """)
    let plan = try await plan(rig)
    #expect(plan.steps.map(\.path) == ["poll", "after"])
    #expect(rig.world.calls.count { $0.hasPrefix("has") } == 1)
  }

  @Test("each branch has its own time, and after them it is that of the slowest")
  func branches() async throws {
    let rig = try Rig()
    try rig.body(
      """
      local t = time.now()
      parallel({ "a", "b", "c", "d" }, function(x)
        local began = time.now()
        if began > t + 60 then fail(x .. " began late") end
        time.sleep(x == "b" and "2h" or "1h")
      end)
      step("s", function()
        parallel({ "a", "b", "c" }, function(x) time.sleep("1h") end)
      end)
      local took = time.now() - t
      if took < 3 * 3600 or took > 3 * 3600 + 60 then fail("took " .. took) end
      """)
    _ = try await plan(rig)
  }

  @Test(
    "a loop without an end is refused, with the step",
    arguments: [
      "while true do time.sleep('1s') end", "while true do time.now() end",
      "while true do pcall(time.sleep, '1s') end", "while true do log.info('x') end",
      "while true do print('x') log.warn('y') end",
      "while true do note('x', { 'y' }) end", "while true do show_table('x', { 'y' }, { { 'z' } }) end",
      "while true do parallel({ 1, 2 }, function() end) end",
    ])
  func endless(_ loop: String) async throws {
    let rig = try Rig()
    try rig.body("step('s', function() \(loop) end)")
    let failure = await failure { try await rig.create() }
    #expect(failure?.code == .runbookEndless || loop.contains("pcall"), "\(String(describing: failure))")
  }

  @Test(
    "a loop without an end between steps is refused, also where each round has a name of its own",
    arguments: [
      "log.info('x')", "note('x', { 'y' })", "approve('go on ' .. i)", "scope('s' .. i, function() end)",
      "step('s' .. i, function() end)", "parallel('p' .. i, { 'a', 'b' }, function() end)",
      "parallel({}, function() end)",
      "scope('s' .. i, function() for k = 1, 500 do log.info('x') end end)",
    ])
  func endlessBetweenSteps(_ round: String) async throws {
    let rig = try Rig()
    try rig.body("local i = 0 while true do i = i + 1 \(round) end")
    #expect(await failure { try await rig.create() }?.code == .runbookEndless)
    #expect(await failure { try await plan(rig) }?.code == .runbookEndless)
  }

  @Test("a loop that only logs has an end however many lines it writes, and one through all hosts has room")
  func bounded() async throws {
    let rig = try Rig()
    try rig.body(
      """
      for i = 1, 30000 do log.info("line " .. i) end
      step("a", function() for i = 1, 30000 do log.info("line " .. i) end end)
      for i = 1, 5000 do scope("s" .. i, function() note("x", { "y" }) end) end
      """)
    #expect(try await plan(rig).steps.map(\.path) == ["a"])
  }

  @Test("more branches than there can be are refused before any of them begins")
  func manyBranches() async throws {
    let rig = try Rig()
    try rig.body("local t = {} for i = 1, 20000 do t[i] = 'b' .. i end parallel('p', t, function() end)")
    #expect(await failure { try await rig.create() }?.code == .runbookEndless)
  }

  @Test("a loop that waits for ever for what is not known yet ends the step, not the walk")
  func unknown() async throws {
    let rig = try Rig()
    try rig.body(
      """
      step("change", function() world.set("m", "x") end)
      step("wait", function() while world.has("m", "x") ~= 7 do time.sleep("1s") end end)
      step("after", function() world.set("m", "y") end)
      """)
    #expect(try await plan(rig).steps.map(\.path) == ["change", "wait", "after"])
  }

  @Test(
    "a stop ends a walk that waits, or that calls again and again",
    arguments: [
      "step('s', function() while true do time.sleep('1s') end end)", "while true do log.info('x') end",
      "local i = 0 while true do i = i + 1 scope('s' .. i, function() end) end",
    ])
  func stopped(_ body: String) async throws {
    let rig = try Rig()
    try rig.body(body)
    rig.stop.raise()
    #expect(try await rig.runner().create(rig.source, parameters: [:]) == nil)
  }
}
