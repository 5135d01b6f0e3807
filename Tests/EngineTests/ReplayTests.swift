import Engine
import Foundation
import Journal
import TestSupport
import Testing
import Values

@Suite(.usualTimeLimit) struct ReplayTests {
  @Test("replaying after every step carries each step out once")
  func once() async throws {
    let rig = try Rig()
    try rig.body(ResumeTests.procedure + "\nlocal n = random.integer(1, 1000000)\nstep(\"n\", function() return n end)")
    let record = try await rig.create()
    #expect(try await rig.runner(replays: true).execute(record, rig.source) == .succeeded)
    #expect(rig.world.calls.filter { $0 == "once w1:two" }.count == 1)
    #expect(try await rig.events(.stepStarted).count == (try await rig.state().steps.count))
    #expect(try await rig.events(.valueRecorded).count == 1)
  }

  @Test("a runbook that takes another way on replay is found")
  func diverges() async throws {
    let rig = try Rig()
    // The name is made of an address, which is another one in each replay.
    try rig.body(
      """
      local t = {}
      local name = tostring(t):gsub("table: ", "")
      step("at " .. name, function() world.set("m", "x") end)
      step("end", function() end)
      """)
    let record = try await rig.create()
    let outcome = try await rig.runner(replays: true).execute(record, rig.source)
    #expect(outcome.failure?.code == .diverged)
    #expect(outcome.failure?.step?.hasPrefix("at ") == true)
  }

  @Test("random numbers, UUIDs and the environment are the same on replay")
  func recorded() async throws {
    let rig = try Rig()
    try rig.body(
      """
      local a, b, c = random.integer(1, 1 << 40), random.uuid(), env("HOME")
      step("first", { retry = { attempts = 1 } }, function() world.set("m", a .. b .. tostring(c)) end)
      """)
    let record = try await rig.create()
    _ = try await rig.runner(store: CrashingStore(rig.store, after: 6)).execute(record, rig.source)
    #expect(try await rig.resume() == .succeeded)
    #expect(rig.world.calls.count == 2)
    #expect(Set(rig.world.calls).count == 1)
  }

  @Test("a run is gone on with where what it had read from the environment is not there any more")
  func recordedOnly() async throws {
    let name = "RUNBOOK_TEST_ONLY_AT_FIRST"
    setenv(name, "here", 1)
    defer { unsetenv(name) }
    let rig = try Rig()
    try rig.body(
      """
      local value = env("\(name)") or error("the variable is not set")
      step("first", { retry = { attempts = 1 } }, function() world.set("m", value) end)
      """)
    rig.world.failNext("m:here", times: 1)
    #expect(try await rig.run().failure?.code == "world.trouble")
    unsetenv(name)
    #expect(try await rig.resume() == .succeeded)
    #expect(rig.world.calls == ["set m:here", "set m:here"])
  }

  @Test(
    "a resume that comes to another step in place of one that is done is refused, with both",
    arguments: [
      "local n = 0 local function inc() n = n + 1 end step('a', function() inc() end) step('b' .. n, function() world.set('m', 'b') end)",
      "local t = {} local o = { add = function(self) t.x = 1 end } step('a', function() o:add() end) if t.x then step('b', function() world.set('m', 'b') end) else step('else', function() world.set('m', 'e') end) end",
    ])
  func otherWay(_ body: String) async throws {
    let rig = try Rig()
    try rig.body(body + " step('c', { retry = { attempts = 1 } }, function() world.set('m', 'c') end)")
    rig.world.failNext("m:c", times: 1)
    #expect(try await rig.run().failure?.code == "world.trouble")
    let calls = rig.world.calls
    // An edit that has nothing to do with it is no leave; once the person was told, a yes is.
    let text = try String(contentsOfFile: rig.source.runbookPath, encoding: .utf8)
    try rig.write("test.lua", text + "\n-- another comment\n")
    let failure = try #require(try await rig.resume(changes: .accept(by: "ann")).failure)
    #expect(failure.code == .diverged, "\(failure)")
    #expect(failure.message.contains("which is done") && failure.message.contains("\"b"), "\(failure.message)")
    #expect(rig.world.calls == calls)
    #expect(try await rig.resume(changes: .accept(by: "ann")) == .succeeded)
    #expect(try await rig.events(.changesAccepted).last?.payload["by"] == "ann")
  }

  @Test("what was said beforehand covers the steps that a failure named, also within another one, and no others")
  func acceptedByName() async throws {
    let rig = try Rig()
    try rig.body(
      """
      for _, name in ipairs { "a", "b" } do
        pcall(scope, name, function()
          local ok = pcall(step, "try", { retry = { attempts = 1 } }, function()
            if not world.has("m", name) then fail("no") end
          end)
          if not ok then step("fallback", function() world.set("m", "fallback " .. name) end)
          else step("new", function() world.set("m", "new " .. name) end) end
        end)
      end
      """)
    _ = try await rig.run()
    #expect(rig.world.marks == ["m:fallback a", "m:fallback b"])
    rig.world.state.withLock { _ = $0.marks.insert("m:a") }
    _ = try await rig.resume()
    rig.world.state.withLock { _ = $0.marks.insert("m:b") }
    _ = try await rig.resume(changes: .accept(by: "ann"))
    #expect(rig.world.marks.contains("m:new a") && !rig.world.marks.contains("m:new b"))
    _ = try await rig.resume(changes: .accept(by: "ann"))
    #expect(rig.world.marks.contains("m:new b"))
  }
}
