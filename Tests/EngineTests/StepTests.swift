import Engine
import Journal
import TestSupport
import Testing
import Values

@Suite(.usualTimeLimit) struct StepTests {
  @Test("steps run in order and hand on what they return")
  func order() async throws {
    let rig = try Rig()
    try rig.body(
      """
      local a = step("first", function() return { text = "x", n = 3, list = { 1, 2.5 }, host = run.inventory.manager } end)
      step("second", function() return world.set(a.host, a.text .. a.n .. a.list[2]) end)
      """)
    #expect(try await rig.run() == .succeeded)
    #expect(rig.world.calls == ["set m:x32.5"])
    let state = try await rig.state()
    #expect(state.steps.map(\.path) == ["first", "second"])
    #expect(state.steps.map(\.outcome) == [.read, .executed])
    #expect(state.steps[1].result == "m:x32.5")
    #expect(state.steps[1].commands.map(\.text) == ["mark x32.5"])
  }

  @Test("a step is recorded as started before its first effect")
  func startedFirst() async throws {
    let rig = try Rig()
    try rig.body("step(\"a\", function() world.set(\"w1\", \"x\") end)")
    let store = rig.store
    let recorded = Box<[EventKind]>([])
    rig.world.onCall { _ in recorded.value = try await store.events(of: "run1", after: 0).map(\.kind) }
    #expect(try await rig.run() == .succeeded)
    #expect(recorded.value == [.runCreated, .runStarted, .stepStarted, .effectStarted])
  }

  @Test("a secret passes through a step and is never text")
  func secrets() async throws {
    let rig = try Rig()
    try rig.body(
      """
      local token = step("get", function() return world.token("m") end)
      log.info(tostring(token))
      step("use", function() world.use(token) end)
      """)
    #expect(try await rig.run() == .succeeded)
    #expect(rig.world.calls == ["use SWMTKN-secret-text"])
    #expect(try await rig.events(.logMessage).first?.payload["text"] == "‹secret›")
    let bad = try Rig()
    try bad.body("local t = step(\"get\", function() return world.token(\"m\") end)\nlog.info(\"token: \" .. t)")
    let failure = try await bad.run().failure
    #expect(failure?.description.contains("SWMTKN") == false)
    #expect(failure?.location == SourceLocation(file: "test.lua", line: 4))
  }

  @Test("a check that holds keeps the step from being carried out")
  func check() async throws {
    let rig = try Rig()
    try rig.body(
      """
      step("set", function() world.set("w1", "x") end)
      step("again", { check = function() return world.has("w1", "x") end }, function() world.set("w1", "y") end)
      step("other", { check = function() return world.has("w1", "z") end }, function() world.set("w1", "z") end)
      """)
    #expect(try await rig.run() == .succeeded)
    #expect(rig.world.marks == ["w1:x", "w1:z"])
    #expect(try await rig.state().steps.map(\.outcome) == [.executed, .alreadySo, .executed])
  }

  @Test("a step whose changing calls all found things as wanted is reported as already so")
  func unchanged() async throws {
    let rig = try Rig()
    try rig.body(
      "step(\"a\", function() world.set(\"w1\", \"x\") end)\nstep(\"b\", function() world.set(\"w1\", \"x\") end)")
    #expect(try await rig.run() == .succeeded)
    #expect(try await rig.state().steps.map(\.outcome) == [.executed, .alreadySo])
    #expect(try await rig.events(.runSucceeded).first?.payload["changed"] == 1)
  }

  @Test("an error of the runbook names its line, the step and the traceback")
  func raised() async throws {
    let rig = try Rig()
    try rig.body("step(\"a\", function()\n  local t = nil\n  world.has(\"m\", \"x\")\n  return t.field\nend)")
    let failure = try #require(try await rig.run().failure)
    #expect(failure.code == "runbook.raised")
    #expect(failure.location == SourceLocation(file: "test.lua", line: 6))
    #expect(failure.step == "a")
    #expect(failure.message.contains("attempt to index a nil value (local 't')"))
    #expect(failure.traceback?.contains("test.lua:6") == true)
  }

  @Test("a failure of a primitive can be caught by the runbook, with its fields")
  func caught() async throws {
    let rig = try Rig()
    rig.world.failNext("m:x", times: 9)
    try rig.body(
      """
      step("a", { retry = { attempts = 1 } }, function()
        local ok, problem = pcall(world.once, "m", "x")
        return { ok = ok, message = problem.message, cause = problem.cause, text = tostring(problem) }
      end)
      """)
    #expect(try await rig.run() == .succeeded)
    let result = try await rig.state().steps[0].result
    #expect(result?["ok"] == false)
    #expect(result?["message"] == "m:x did not work")
    #expect(result?["cause"] == "the cable")
  }

  @Test("a function that is returned by a step can't be recorded, and the error says so")
  func notData() async throws {
    let rig = try Rig()
    try rig.body("step(\"a\", function() return { f = function() end } end)")
    let failure = try #require(try await rig.run().failure)
    #expect(failure.code == .notData)
    #expect(failure.message.contains(".f is a function"))
  }

  @Test("fail ends the step with the runbook's own words")
  func fail() async throws {
    let rig = try Rig()
    try rig.body(
      "step(\"a\", function() world.has(\"m\", \"x\") fail { message = \"no\", hint = \"do it\", host = \"w1\" } end)")
    let failure = try #require(try await rig.run().failure)
    #expect(failure.message == "no")
    #expect(failure.hint == "do it")
    #expect(failure.host == "w1")
  }
}
