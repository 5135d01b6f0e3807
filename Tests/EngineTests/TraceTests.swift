import Engine
import Journal
import Synchronization
import TestSupport
import Testing
import Values

@Suite("Tracing", .usualTimeLimit) struct TraceTests {
  @Test("each call is told with its arguments in order, its result, its step and its line; secrets stay secrets")
  func calls() async throws {
    let rig = try Rig()
    try rig.body(
      """
      local token = step("token", function() return world.token("m") end)
      step("work", { check = function() return world.has("w1", "x") end }, function()
        world.set("w1", "x", { count = 2 })
        world.use(token)
      end)
      local up = world.upper("a")
      """)
    let told = Mutex<[Event]>([])
    let record = try await rig.create()
    let runner = rig.runner(trace: { event in told.withLock { $0.append(event) } })
    #expect(try await runner.execute(record, rig.source) == .succeeded)
    let events = told.withLock { $0 }
    #expect(
      events.map { $0.payload["primitive"] } == ["world.token", "world.has", "world.set", "world.use", "world.upper"])
    #expect(events.map(\.path) == ["token", "work", "work", "work", nil])
    #expect(events.map(\.host) == ["m", "w1", "w1", nil, nil])
    #expect(events[0].payload["result"]?.isSecret == true)
    #expect(events[1].payload["check"] == true)
    #expect(
      events[2].payload["arguments"] == [
        ["name": "host", "value": "w1"], ["name": "mark", "value": "x"], ["name": "options", "value": ["count": 2]],
      ])
    #expect(events[2].payload["location"] == "test.lua:5" && events[2].payload["result"] == "w1:x")
    #expect(events[3].payload["arguments"]?.arrayValue?.first?["value"]?.isSecret == true)
    #expect(!events.contains { "\($0)".contains("SWMTKN") })
    // It is told, not recorded.
    #expect(try await rig.events(.callTraced).isEmpty)
  }

  @Test("a call that fails is told with its failure, and what was done before a resume is not told again")
  func failing() async throws {
    let rig = try Rig()
    try rig.body(
      """
      step("a", function() world.set("m", "a") end)
      step("b", { retry = { attempts = 1 } }, function() world.set("m", "b") end)
      """)
    rig.world.failNext("m:b", times: 1)
    let told = Mutex<[Event]>([])
    let trace: @Sendable (Event) -> Void = { event in told.withLock { $0.append(event) } }
    let record = try await rig.create()
    #expect(try await rig.runner(trace: trace).execute(record, rig.source).failure != nil)
    #expect(told.withLock { $0.last?.payload["failure"]?["message"] } == "m:b did not work")
    told.withLock { $0 = [] }
    #expect(try await rig.runner(pid: 2, trace: trace).execute(record, rig.source) == .succeeded)
    #expect(told.withLock { $0.map(\.path) } == ["b"])
  }
}

extension Value {
  fileprivate var isSecret: Bool { if case .secret = self { true } else { false } }
}
