import Engine
import Journal
import Testing
import Values

@Suite struct TargetTests {
  @Test("a second run that changes the same swarm is told who holds it, and reading is allowed")
  func contention() async throws {
    let rig = try Rig()
    try rig.body(
      "step(\"a\", { retry = { attempts = 1 } }, function() world.has(\"m\", \"x\") world.set(\"m\", \"x\") end)")
    let first = try await rig.create()
    let second = try #require(try await rig.runner().create(rig.source, parameters: [:], id: "run2"))
    let other = Box<RunOutcome?>(nil)
    let source = rig.source, runner = rig.runner(pid: 2, targets: ["swarm:abc", "host:10.0.0.1"])
    rig.world.onCall { call in
      if call == "set m:x", other.value == nil {
        other.value = .interrupted
        // Another process knows nothing of this one's tasks.
        other.value = try await Task.detached { try await runner.execute(second, source) }.value
      }
    }
    #expect(try await rig.runner(targets: ["host:10.0.0.1"]).execute(first, rig.source) == .succeeded)
    let failure = try #require(other.value?.failure)
    #expect(failure.code == .targetHeld)
    #expect(failure.message.contains("host 10.0.0.1 is being changed by run run1 of op on here, process 1"))
    #expect(rig.world.calls == ["has m:x", "set m:x", "has m:x"])
    // The holder is done; the other one goes on, and no lease is left in anybody's hand.
    #expect(
      try await rig.runner(pid: 2, targets: ["swarm:abc", "host:10.0.0.1"]).execute(second, rig.source) == .succeeded)
    for lease in try await rig.store.leases() {
      let answer = try await rig.store.acquire(
        lease.key, for: LeaseHolder(machine: "x", bootID: "x", processID: 9, processStart: 9, user: "x", run: "x"),
        duration: 1, isGone: { _ in false })
      guard case .granted = answer else {
        Issue.record("\(lease.key) is still held")
        continue
      }
    }
  }

  @Test("a holder whose lease was taken over can't write any more")
  func fenced() async throws {
    let rig = try Rig()
    try rig.body(
      "step(\"a\", function() world.set(\"m\", \"x\") end)\nstep(\"b\", function() world.set(\"m\", \"b\") end)")
    let record = try await rig.create()
    let store = rig.store
    rig.world.onCall { _ in
      // Somebody who knows that the first process is gone takes the run over.
      _ = try await store.acquire(
        "run:run1",
        for: LeaseHolder(machine: "other", bootID: "o", processID: 7, processStart: 7, user: "o", run: "run1"),
        duration: 60, isGone: { _ in true })
    }
    let outcome = try await rig.runner().execute(record, rig.source)
    #expect(outcome.failure?.code == .leaseLost)
    #expect(rig.world.calls == ["set m:x"])
    #expect(try await rig.state().steps[0].status == .started)
  }
}
