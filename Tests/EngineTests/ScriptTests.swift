import Engine
import Journal
import TestSupport
import Testing
import Values

@Suite(.usualTimeLimit) struct ScriptTests {
  @Test("modules beside the runbook are found, may hold steps, and are loaded once")
  func modules() async throws {
    let rig = try Rig()
    try rig.write(
      "tools.lua",
      "local t = { n = 0 }\nfunction t.mark(h) t.n = t.n + 1 step(\"mark \" .. h.name, function() world.set(h, \"x\") end) end\nreturn t"
    )
    try rig.write(
      "test.lua",
      """
      local tools = require "tools"
      return runbook { function(run)
        assert(tools == require "tools")
        for _, host in ipairs(run.inventory.hosts) do tools.mark(host) end
        step("count", function() return tools.n end)
      end }
      """)
    #expect(try await rig.run() == .succeeded)
    #expect(rig.world.marks == ["m:x", "w1:x", "w2:x"])
    #expect(try await rig.state().step(at: "count")?.result == 3)
    let files = try await rig.store.run("run1")?.files ?? []
    #expect(files.map(\.role) == [.runbook, .module])
  }

  @Test("a missing module and a circle are errors that name the way")
  func badModules() async throws {
    let rig = try Rig()
    try rig.write("test.lua", "require \"nothing\"")
    let missing = await failure { try await rig.runner().create(rig.source, parameters: [:]) }
    #expect(missing?.code == .moduleMissing)
    #expect(missing?.location == SourceLocation(file: "test.lua", line: 1))
    try rig.write("a.lua", "return require \"b\"")
    try rig.write("b.lua", "return require \"a\"")
    try rig.write("test.lua", "require \"a\"")
    let circle = await failure { try await rig.runner().create(rig.source, parameters: [:]) }
    #expect(circle?.message.contains("a → b → a") == true)
    try rig.write("test.lua", "require \"../../etc/passwd\"")
    #expect(await failure { try await rig.runner().create(rig.source, parameters: [:]) }?.code == .moduleMissing)
  }

  @Test("hosts are the same object everywhere and read-only")
  func hosts() async throws {
    let rig = try Rig()
    try rig.body(
      """
      local seen = {}
      for _, host in ipairs(run.inventory.hosts) do seen[host] = true end
      local again = step("host", function() return run.inventory.workers[1] end)
      step("look", function()
        return { same = seen[again], text = tostring(again), address = again.address, services = #again.services,
                 error = select(2, pcall(function() again.name = "x" end)) ~= nil, stack = run.inventory.stack.name }
      end)
      """)
    #expect(try await rig.run() == .succeeded)
    #expect(
      try await rig.state().step(at: "look")?.result
        == ["same": true, "text": "w1", "address": "10.0.0.2", "services": 1, "error": true, "stack": "da"])
  }

  @Test("bytes that are no text are refused where text is wanted")
  func bytes() async throws {
    let rig = try Rig()
    try rig.body("step('s', function() world.set('w1', 'a\\xffb') end)")
    let failure = await #expect(throws: Failure.self) { try await rig.run() }
    #expect(failure?.code == .argument, "\(String(describing: failure))")
    #expect(failure?.message.contains("bytes that are not UTF-8 text") == true, "\(String(describing: failure))")
    #expect(rig.world.calls == [])
  }

  @Test("what was renamed is told by its new name where it is called")
  func renamed() async throws {
    let rig = try Rig()
    try rig.body("step('s', function() rehearsal.run('x') end)")
    let failure = await #expect(throws: Failure.self) { try await rig.run() }
    #expect(failure?.hint == "it is called simulation now", "\(String(describing: failure))")
  }

  @Test("a failure that quotes bytes is told with them repaired")
  func quoted() async throws {
    let rig = try Rig()
    try rig.body("step('s', function() fail { message = 'm', cause = 'bad \\xff', hint = '\\xfe' } end)")
    let failure = try #require(await #expect(throws: Failure.self) { try await rig.run() })
    #expect(failure.message == "m" && failure.cause == "bad \u{FFFD}" && failure.hint == "\u{FFFD}")
  }

  @Test("pure functions work outside steps, and JSON goes both ways")
  func pure() async throws {
    let rig = try Rig()
    try rig.body(
      """
      local text = json.encode({ a = { 1, 2 }, b = world.upper("x") })
      step("look", function() return { text = text, back = json.decode(text).a[2] } end)
      """)
    #expect(try await rig.run() == .succeeded)
    #expect(try await rig.state().step(at: "look")?.result == ["text": "{\"a\":[1,2],\"b\":\"X\"}", "back": 2])
  }

  @Test("coroutines of the script may hold steps")
  func coroutines() async throws {
    let rig = try Rig()
    try rig.body(
      """
      local function marks() for i = 1, 3 do step("s" .. i, function() world.set("m", "x" .. i) end) coroutine.yield(i) end end
      local sum = 0
      for i in coroutine.wrap(marks) do sum = sum + i end
      step("sum", function() return sum end)
      """)
    #expect(try await rig.run() == .succeeded)
    #expect(try await rig.state().step(at: "sum")?.result == 6)
  }

  @Test("an approval that nobody answers waits, and goes on with the yes")
  func approval() async throws {
    let rig = try Rig()
    try rig.body("approve(\"Is there a backup?\")\nstep(\"a\", function() world.set(\"m\", \"x\") end)")
    guard case .waiting(let reason, _, let message) = try await rig.run() else {
      Issue.record("it did not wait")
      return
    }
    #expect(reason == "approval")
    #expect(message == "Is there a backup?")
    #expect(rig.world.calls == [])
    let yes = Approver { _ in .init(isYes: true, by: "ann", how: "option") }
    #expect(try await rig.resume(approver: yes) == .succeeded)
    #expect(try await rig.events(.approvalGranted).first?.payload["by"] == "ann")
    #expect(rig.world.calls == ["set m:x"])
  }

  @Test("a no ends the run, also when it is resumed")
  func rejection() async throws {
    let rig = try Rig()
    try rig.body("approve(\"Go?\")\nstep(\"a\", function() world.set(\"m\", \"x\") end)")
    let no = Approver { _ in .init(isYes: false, by: "ann", how: "terminal") }
    #expect(try await rig.run(approver: no).failure?.code == .rejected)
    #expect(try await rig.resume().failure?.code == .rejected)
    #expect(rig.world.calls == [])
  }
}
