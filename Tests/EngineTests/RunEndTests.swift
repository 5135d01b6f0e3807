import Engine
import Journal
import Testing
import Values

/// What remote commands have left on the hosts goes before the end of the run is on record.
@Suite struct RunEndTests {
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
