import Engine
import Journal
import TestSupport
import Testing
import Values

@Suite(.usualTimeLimit) struct ParallelTests {
  @Test("branches have scopes of their own and hand back their results in the order of the list")
  func results() async throws {
    let rig = try Rig()
    try rig.body(
      """
      local names = parallel("workers", run.inventory.workers, function(worker)
        return step("mark", function() world.set(worker, "x") return worker.name end)
      end)
      local both = parallel { left = function() return 1 end, right = function() return { host = run.inventory.manager } end }
      step("end", function() return { names = names, left = both.left, right = both.right.host.name } end)
      """)
    #expect(try await rig.run() == .succeeded)
    let state = try await rig.state()
    #expect(Set(state.steps.map(\.path)) == ["workers/w1/mark", "workers/w2/mark", "end"])
    #expect(state.step(at: "workers/w2/mark")?.host == "w2")
    #expect(state.step(at: "end")?.result == ["names": ["w1", "w2"], "left": 1, "right": "m"])
  }

  @Test("when a branch fails the others finish their step and stop there, and every failure is told")
  func failures() async throws {
    let rig = try Rig()
    try rig.body(
      """
      parallel({ "a", "b", "c" }, function(name)
        step("one", { retry = { attempts = 1 } }, function() world.set("m", name .. "1") end)
        step("two", function() world.set("m", name .. "2") end)
      end)
      """)
    rig.world.failNext("m:a1", times: 1)
    rig.world.failNext("m:b1", times: 1)
    // No branch gets further before all have reached their first call.
    let gate = Gate(parties: 3)
    rig.world.onCall { call in if call.hasSuffix("1") { await gate.arrive() } }
    let failure = try #require(try await rig.run().failure)
    #expect(failure.code == .branchesFailed)
    #expect(Set(failure.related.map(\.message)) == ["m:a1 did not work", "m:b1 did not work"])
    #expect(try await rig.state().step(at: "c/one")?.status == .succeeded)
  }

  @Test("limit bounds how many branches run at a time")
  func limit() async throws {
    let rig = try Rig()
    let most = Box(0), now = Box(0)
    rig.world.onCall { _ in
      now.value += 1
      most.value = max(most.value, now.value)
      for _ in 0..<20 { await Task.yield() }
      now.value -= 1
    }
    try rig.body(
      """
      local list = {}
      for i = 1, 12 do list[i] = i end
      parallel(list, { limit = 1 }, function(i) step("s", function() world.set("m", tostring(i)) end) end)
      """)
    #expect(try await rig.run() == .succeeded)
    #expect(most.value == 1)
    #expect(rig.world.marks.count == 12)
  }

  @Test("a thousand branches complete, each with its checkpoint")
  func many() async throws {
    let rig = try Rig()
    try rig.body(
      """
      local list = {}
      for i = 1, 1000 do list[i] = "b" .. i end
      parallel(list, function(name) step("s", function() world.set("m", name) end) end)
      """)
    #expect(try await rig.run() == .succeeded)
    #expect(rig.world.marks.count == 1000)
    #expect(try await rig.state().counts.done == 1000)
  }

  @Test("as many as max_failures may fail without stopping the others, and their results are nil")
  func tolerated() async throws {
    let rig = try Rig()
    try rig.body(
      """
      local results = parallel({ "a", "b", "c" }, { max_failures = 1, serial = 1 }, function(name)
        step("s", { retry = { attempts = 1 } }, function() world.set("m", name) end)
        return name
      end)
      step("end", function() return { first = results[1] == nil, second = results[2] } end)
      """)
    rig.world.failNext("m:a", times: 1)
    #expect(try await rig.run().failure?.related.map(\.step) == ["a/s"])
    #expect(rig.world.marks == ["m:b", "m:c"])
    #expect(try await rig.state().step(at: "end")?.result == ["first": true, "second": "b"])
  }

  @Test("with serial, a batch ends before the next begins, and none begins after too many failures")
  func serial() async throws {
    let rig = try Rig()
    try rig.body(
      """
      parallel({ "a", "b", "c", "d" }, { serial = 2 }, function(name)
        step("s", { retry = { attempts = 1 } }, function() world.set("m", name) end)
      end)
      """)
    rig.world.failNext("m:b", times: 1)
    #expect(try await rig.run().failure?.code == "world.trouble")
    #expect(Set(rig.world.calls) == ["set m:a", "set m:b"])
  }

  @Test("two branches of one name are refused before anything is touched")
  func duplicates() async throws {
    let rig = try Rig()
    try rig.body("parallel({ \"a\", \"a\" }, function(name) step(\"s\", function() world.set(\"m\", name) end) end)")
    let failure = await failure { try await rig.run() }
    #expect(failure?.code == .duplicateStep)
    #expect(rig.world.calls == [])
  }
}

/// Lets nobody through until all have come.
actor Gate {
  private let parties: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []
  init(parties: Int) { self.parties = parties }

  func arrive() async {
    if waiting.count + 1 == parties {
      for continuation in waiting { continuation.resume() }
      waiting = []
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }
}
