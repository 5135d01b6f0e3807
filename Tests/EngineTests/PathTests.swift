import Engine
import Journal
import TestSupport
import Testing
import Values

/// What is recorded of a run is found by its path, so no two things of a run may have the same one.
@Suite(.usualTimeLimit) struct PathTests {
  private static let reserved: FailureCode = "runbook.reserved_name"

  /// What a runbook of that body is refused for, before anything of it is recorded or done.
  private func refusal(_ body: String) async throws -> Failure {
    let rig = try Rig()
    try rig.body(body)
    let failure = await failure { try await rig.run() }
    #expect(rig.world.calls == [], "\(body)")
    #expect(try await rig.store.runs().isEmpty, "\(body)")
    return try #require(failure, "\(body)")
  }

  @Test(
    "two things of one path are refused before the run begins, with both lines",
    arguments: [
      ("step(\"copy a/b\", make)", #"step("copy a\u{2215}b", make)"#),
      ("scope(\"a/b\", inside)", #"scope("a\u{2215}b", inside)"#),
      ("step(\"a\", make)", "scope(\"a\", inside)"),
      ("scope(\"a\", inside)", "parallel({ \"a\" }, inside)"),
      ("parallel(run.inventory.workers, inside)", "parallel(run.inventory.workers, inside)"),
      ("parallel(\"all\", { \"a\" }, inside)", "scope(\"all\", inside)"),
      ("parallel({ \"a/b\" }, inside)", #"parallel { ["a\u{2215}b"] = inside }"#),
      (#"step("caf\u{e9}", make)"#, #"step("cafe\u{301}", make)"#),
      ("parallel({ \"x\" }, inside)", #"parallel { ["caf\u{e9}"] = inside, ["x"] = inside }"#),
      ("approve(\"go to a/b?\")", #"approve("go to a\u{2215}b?")"#),
      ("approve(\"go?\")", "step(\"approve: go?\", make)"),
      ("step(\"a\", make)", "pcall(step, \"a\", make)"),
      ("scope(\"a\", inside)", "pcall(scope, \"a\", inside)"),
      ("step(\"a\", make)", "coroutine.wrap(function() pcall(step, \"a\", make) end)()"),
    ])
  func samePath(_ first: String, _ second: String) async throws {
    let failure = try await refusal(
      """
      local function make() world.set("m", "x") end
      local function inside() step("make", make) end
      \(first)
      \(second)
      """)
    #expect(failure.code == .duplicateStep)
    #expect(failure.message.contains("test.lua:5"), "\(failure.message)")
    #expect(failure.location == SourceLocation(file: "test.lua", line: 6))
  }

  @Test(
    "a name that would be no part of a path of its own is refused before the run begins",
    arguments: [
      ("step(\"\", make)", "the name is empty"),
      ("scope(\"\", inside)", "the name is empty"),
      ("parallel(\"\", { \"a\" }, inside)", "the name is empty"),
      ("parallel({ \"a\", \"\" }, inside)", "the name of element 2 is empty"),
      ("parallel({ \"a\", { name = \"\" } }, inside)", "the name of element 2 is empty"),
      ("parallel { [\"\"] = inside }", "a branch's name is empty"),
      (#"step("a\nb", make)"#, "a control character (U+000A)"),
      (#"step("a\0b", make)"#, "a control character (U+0000)"),
      (#"scope("\27[31m", inside)"#, "a control character (U+001B)"),
      (#"parallel({ "a\u{85}" }, inside)"#, "a control character (U+0085)"),
      (#"approve("really\0?")"#, "a control character (U+0000)"),
      (#"env("HOME\0")"#, "a control character (U+0000)"),
      (#"scope("a", function() step("\u{301}b", make) end)"#, "joins with"),
      (#"pcall(scope, "", inside)"#, "the name is empty"),
    ])
  func unfitName(_ call: String, _ words: String) async throws {
    let failure = try await refusal(
      """
      local function make() world.set("m", "x") end
      local function inside() step("make", make) end
      \(call)
      """)
    #expect(failure.code == .argument)
    #expect(failure.message.contains(words), "\(failure.message)")
    #expect(failure.location == SourceLocation(file: "test.lua", line: 5))
  }

  @Test(
    "the name under which a rollback records what it undoes is refused at the top, before the run begins",
    arguments: [
      "step(\"rollback\", make)", "scope(\"rollback\", inside)", "parallel(\"rollback\", { \"a\" }, inside)",
      "parallel({ \"rollback\" }, inside)", "parallel { rollback = inside }", "pcall(scope, \"rollback\", inside)",
    ])
  func reservedName(_ call: String) async throws {
    let failure = try await refusal(
      """
      local function make() world.set("m", "x") end
      local function inside() step("make", make) end
      step("make", { undo = function() world.clear("m", "x") end }, make)
      \(call)
      """)
    #expect(failure.code == Self.reserved)
    #expect(failure.location == SourceLocation(file: "test.lua", line: 6))
  }

  @Test("a name with a slash and a scope are two paths, and both are carried out")
  func slash() async throws {
    let rig = try Rig()
    try rig.body(
      #"""
      step("a/b", function() world.set("m", "flat") end)
      scope("a", function() step("b", function() world.set("m", "deep") end) end)
      step("a/\u{301}b", function() world.set("m", "accent") end)
      scope("inner", function() scope("rollback", function() step("x", function() world.set("m", "r") end) end) end)
      """#)
    #expect(try await rig.run() == .succeeded)
    #expect(rig.world.marks == ["m:flat", "m:deep", "m:accent", "m:r"])
    #expect(
      try await rig.state().steps.map(\.path) == [
        "a\u{2215}b", "a/b", "a\u{2215}\u{301}b", "inner/rollback/x",
      ])
  }

  @Test("what is recorded between steps and steps that are named like it do not get in each other's way")
  func recordedValues() async throws {
    let rig = try Rig()
    try rig.body(
      #"""
      local a, b = env("RUNBOOK_TEST/A"), env("RUNBOOK_TEST\u{2215}A")
      time.sleep(0)
      step("sleep 1", function() world.set("m", "slept") end)
      step("time.now 1", function() return time.now() end)
      time.now()
      """#)
    #expect(try await rig.run() == .succeeded)
    let state = try await rig.state()
    #expect(
      Set(state.recordedValues.keys) == [
        "env RUNBOOK_TEST\u{2215}A 1", "env RUNBOOK_TEST\u{2215}A 2", "sleep 1", "time.now 1",
      ])
    #expect(state.counts.done == 2)
  }

  @Test("paths that only an execution shows to be the same are refused at the second, before anything of it is done")
  func laterOn() async throws {
    let rig = try Rig()
    try rig.body(
      #"""
      local names = step("ask", function() return { world.set("m", "a/b"), world.set("m", "a\u{2215}b") } end)
      for _, name in ipairs(names) do
        step("copy " .. name, function() world.once("m", name) end)
      end
      """#)
    let outcome = try await rig.run()
    // What was recorded shows it before a second execution begins.
    let again = await failure { try await rig.resume() }
    for failure in [try #require(outcome.failure), try #require(again)] {
      #expect(failure.code == .duplicateStep)
      #expect(failure.message.contains("test.lua:5"))
      #expect(failure.location == SourceLocation(file: "test.lua", line: 5))
    }
    #expect(rig.world.calls.filter { $0.hasPrefix("once") } == ["once m:m:a/b"])
  }

  @Test("names that depend on what is not known yet are not taken for one another in the walk before a run")
  func unknownNames() async throws {
    let rig = try Rig()
    try rig.body(
      """
      local one = step("one", function() return tostring(world.has("m", "x")) end)
      local two = step("two", function() world.set("m", "x") return tostring(world.has("m", "x")) end)
      step("was " .. one, function() world.set("m", "a") end)
      step("was " .. two, function() world.set("m", "b") end)
      step(("so %s"):format(one), function() world.set("m", "c") end)
      step(("so %s"):format(two), function() world.set("m", "d") end)
      """)
    #expect(try await rig.run() == .succeeded)
    #expect(rig.world.marks == ["m:x", "m:a", "m:b", "m:c", "m:d"])
  }

  @Test("a scope inside a step names nothing, so the step can be tried again")
  func scopeInStep() async throws {
    let rig = try Rig()
    try rig.body(
      """
      step("a", { retry = { attempts = 2, initial = "1ms" } }, function()
        return scope("part", function() return world.set("m", "x") end)
      end)
      """)
    rig.world.failNext("m:x", times: 1)
    #expect(try await rig.run() == .succeeded)
    #expect(try await rig.state().step(at: "a")?.result == "m:x")
  }
}
