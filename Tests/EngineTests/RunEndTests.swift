import Engine
import Journal
import TestSupport
import Testing
import Values

/// What remote commands have left on the hosts goes before the end of the run is on record.
@Suite(.usualTimeLimit) struct RunEndTests {
  @Test("how the hosts stood is recorded once before anything is changed, and after each execution")
  func snapshots() async throws {
    let rig = try Rig()
    try rig.body(
      """
      step("a", function() world.set("w1", "x") end)
      step("b", { retry = { attempts = 1 } }, function() world.set("m", "x") end)
      """)
    let world = rig.world
    func runner(_ pid: Int32) -> Runner {
      rig.runner(
        pid: pid,
        snapshot: {
          SwarmSnapshot(
            hosts: [
              .init(name: "w1", state: world.calls.contains("set w1:x") ? "set" : "", isManager: false, nodeID: "")
            ],
            swarms: [])
        })
    }
    rig.world.onCall { call in if call == "set m:x" { throw Failure("test.broken", "no") } }
    let record = try await rig.create()
    #expect(try await runner(1).execute(record, rig.source).failure?.code == "test.broken")
    rig.world.onCall { _ in }
    #expect(try await runner(2).execute(record, rig.source) == .succeeded)
    let events = try await rig.events(.runSnapshot)
    #expect(events.map { $0.payload["moment"]?.stringValue } == ["before", "after", "after"])
    #expect(events.snapshot(.before)?.hosts.first?.state == "")
    #expect(events.snapshot(.after)?.hosts.first?.state == "set")
  }

  @Test("a run that is known only to read takes no picture")
  func noPicture() async throws {
    let rig = try Rig()
    try rig.body("step(\"a\", function() return 1 end)")
    let record = try await rig.create()
    let runner = rig.runner(snapshot: { SwarmSnapshot(hosts: [], swarms: []) })
    #expect(try await runner.execute(record, rig.source) == .succeeded)
    #expect(try await rig.events(.runSnapshot).isEmpty)
  }

  @Test("traces are removed from the hosts that have some, before the end is recorded, and only at the end")
  func traces() async throws {
    let rig = try Rig()
    try rig.body(
      """
      step("a", function() world.job("w1", "x") end)
      step("b", { retry = { attempts = 1 } }, function() world.set("m", "x") end)
      """)
    let removed = Box<[String]>([])
    let store = rig.store
    func runner(_ pid: Int32) -> Runner {
      rig.runner(
        pid: pid,
        removeTraces: { run, hosts in
          let status = try? await RunState(events: store.events(of: run, after: 0)).status
          removed.value += hosts.map { "\(run) \($0) \(status.map { "\($0)" } ?? "?")" }
        })
    }
    rig.world.onCall { call in if call == "set m:x" { throw Failure("test.broken", "no") } }
    let record = try await rig.create()
    #expect(try await runner(1).execute(record, rig.source).failure?.code == "test.broken")
    #expect(removed.value == [])
    rig.world.onCall { _ in }
    #expect(try await runner(2).execute(record, rig.source) == .succeeded)
    #expect(removed.value == ["run1 w1 running"])
  }
}
