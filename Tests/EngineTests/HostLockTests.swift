import CrashTesting
import Engine
import Foundation
import Journal
import Synchronization
import TestSupport
import Testing
import Values

@Suite(.usualTimeLimit) struct HostLockTests {
  private static let change =
    "step(\"a\", { retry = { attempts = 1 } }, function() world.has(\"m\", \"x\") world.set(\"m\", \"x\") end)"

  /// Another operator's rig: nothing is shared but the locks.
  private func other(_ body: String) throws -> Rig {
    let rig = try Rig()
    try rig.body(body)
    return rig
  }

  @Test("of two operators who share nothing but the hosts, the second is told who holds them, and reads nothing")
  func contention() async throws {
    let rig = try Rig(), locks = InMemoryLocks()
    try rig.body(Self.change)
    let second = try other(Self.change)
    let told = Box<RunOutcome?>(nil)
    rig.world.onCall { call in
      guard call == "set m:x" else { return }
      // Another process knows nothing of this one's tasks.
      told.value = try await Task.detached {
        try await second.runner(pid: 2, locks: locks).execute(try await second.create(), second.source)
      }.value
    }
    #expect(try await rig.runner(locks: locks).execute(try await rig.create(), rig.source) == .succeeded)
    guard case .refused(let failure) = told.value else {
      Issue.record("\(String(describing: told.value))")
      return
    }
    #expect(failure.code == .hostHeld)
    #expect(failure.message.hasPrefix("m, w1 and w2 are being changed by run run1 of op on here, process 1, since "))
    #expect(second.world.calls == [])
    #expect(try await second.state().status == .refused)
    #expect(locks.records.isEmpty)
  }

  @Test("a swarm that does not say which one it is holds no step beyond its time limit, nor a run for ever")
  func silentSwarm() async throws {
    let rig = try Rig(), locks = InMemoryLocks()
    locks.change { $0.silent = ["the swarm"] }
    try rig.body(
      """
      pcall(step, "a", { timeout = "1s", retry = { attempts = 1 } }, function() world.set("m", "x") end)
      step("b", function() world.set("m", "y") end)
      """)
    guard case .failed(let failure) = try await rig.runner(locks: locks).execute(try await rig.create(), rig.source)
    else {
      Issue.record("the run did not fail")
      return
    }
    #expect(failure.code == .stepTimeout || failure.related.contains { $0.code == .stepTimeout }, "\(failure)")
    #expect(rig.world.calls == ["set m:y"])
  }

  @Test("of two runs on different hosts of one swarm, the second is told who changes the swarm, and changes nothing")
  func oneSwarm() async throws {
    let rig = try Rig(), second = try Rig(store: rig.store)
    try rig.body(Self.change)
    try second.body(Self.change)
    let told = Box<RunOutcome?>(nil)
    rig.world.onCall { call in
      guard call == "set m:x" else { return }
      told.value = try await Task.detached {
        let record = try #require(
          try await second.runner().create(second.source, parameters: [:], id: RunID(validating: "run2")))
        return try await second.runner(pid: 2, locks: InMemoryLocks(["w2"], leading: ["w2"], system: "c1"))
          .execute(record, second.source)
      }.value
    }
    let locks = InMemoryLocks(system: "c1")
    #expect(try await rig.runner(locks: locks).execute(try await rig.create(), rig.source) == .succeeded)
    #expect(told.value?.failure?.code == .hostHeld)
    #expect(
      told.value?.failure?.message.hasPrefix(
        "the swarm c1 is being changed by run run1 of op on here, process 1, since ")
        == true)
    #expect(!second.world.calls.contains { $0.hasPrefix("set") })
    // Given back at the end: the next one may.
    rig.world.onCall { _ in }
    let next = try #require(try await rig.runner().create(rig.source, parameters: [:], id: RunID(validating: "run3")))
    #expect(try await rig.runner(pid: 3, locks: locks).execute(next, rig.source) == .succeeded)
  }

  @Test(
    "a lock whose time is over by the host's clock holds while its process lives, and not when it was left as a record"
  )
  func livingHolder() async throws {
    let rig = try Rig(), locks = InMemoryLocks()
    try rig.body(Self.change)
    locks.put("a1", run: "other", on: ["m"], hasExpired: true)
    let record = try await rig.create()
    let refused = try await rig.runner(locks: locks, liveness: { _ in .alive }).execute(record, rig.source)
    #expect(refused.failure?.code == .hostHeld)
    #expect(refused.failure?.hint?.contains("kill 7 on there") == true, "\(refused.failure as Any)")
    #expect(locks.records["m"]?.request.id == "a1")
    locks.change { $0.records["m"]?.wasLeft = true }
    let next = try await rig.create(id: "run2")
    #expect(
      try await rig.runner(pid: 2, locks: locks, liveness: { _ in .alive }).execute(next, rig.source)
        == .succeeded)
  }

  @Test("of two who began at once and each got some of the hosts, the one with the manager goes on")
  func bothAtOnce() async throws {
    let rig = try Rig(), locks = InMemoryLocks()
    try rig.body(Self.change)
    locks.put("a1", run: "other", on: ["w2"])
    // The other one finds the manager taken, and gives back what it got.
    locks.onRefusal { $0.records["w2"] = nil }
    #expect(try await rig.runner(locks: locks).execute(try await rig.create(), rig.source) == .succeeded)
    #expect(locks.records.isEmpty)
  }

  @Test("a run that only reads holds up nobody, and is held up by nobody")
  func reading() async throws {
    let rig = try Rig(), locks = InMemoryLocks()
    try rig.body("step(\"a\", function() return world.has(\"m\", \"x\") end)")
    locks.put("a1", run: "other", on: ["m"])
    #expect(try await rig.runner(locks: locks).execute(try await rig.create(), rig.source) == .succeeded)
    #expect(locks.calls == [])
  }

  @Test("a run that turns out to change something takes the hosts before its first change")
  func late() async throws {
    let rig = try Rig(), locks = InMemoryLocks()
    // Not seen before it is run, because what is read is not known then.
    try rig.body(
      """
      local has = step("read", function() return world.has("m", "x") end)
      if has == false then step("set", function() world.set("w1", "x") end) end
      """)
    locks.put("a1", run: "other", on: ["w1"])
    let outcome = try await rig.runner(locks: locks).execute(try await rig.create(), rig.source)
    #expect(outcome.failure?.code == .hostHeld)
    #expect(rig.world.calls == ["has m:x"])
    #expect(locks.records.keys.sorted() == ["w1"])
  }

  @Test("the locks on thousands of hosts hold for longer, so that renewing them takes no more of each second")
  func manyHosts() async throws {
    for (count, seconds) in [(3, 30.0), (500, 30), (1500, 90), (10000, 600)] {
      let rig = try Rig(), locks = InMemoryLocks(["m"] + (1..<count).map { "w\($0)" })
      try rig.body("step(\"a\", function() world.set(\"m\", \"x\") end)")
      let held = Mutex<[Double]>([])
      rig.world.onCall { _ in held.withLock { $0 = locks.records.values.map(\.request.duration) } }
      #expect(try await rig.runner(locks: locks).execute(try await rig.create(), rig.source) == .succeeded)
      #expect(held.withLock { $0 } == Array(repeating: seconds, count: count))
      #expect(locks.records.isEmpty)
    }
  }

  @Test("a host that can't be asked is left to the steps; without the manager nothing is changed")
  func unreachable() async throws {
    let rig = try Rig(), locks = InMemoryLocks()
    try rig.body(
      """
      step("a", function() world.set("w1", "x") end)
      step("b", { retry = { attempts = 1 } }, function() world.set("w2", "x") end)
      """)
    locks.change { $0.silent = ["w2"] }
    let failed = try await rig.runner(locks: locks).execute(try await rig.create(), rig.source)
    #expect(failed.failure?.code == "ssh.unreachable")
    #expect(failed.failure?.host == "w2")
    #expect(rig.world.calls == ["set w1:x"])
    let record = try #require(try await rig.store.run("run1"))
    locks.change { $0.silent = ["m"] }
    let stuck = try await rig.runner(pid: 2, locks: locks).execute(record, rig.source)
    #expect(stuck.failure?.host == "m")
    #expect(rig.world.calls == ["set w1:x"])
    locks.change { $0.silent = [] }
    #expect(try await rig.runner(pid: 3, locks: locks).execute(record, rig.source) == .succeeded)
    #expect(rig.world.calls == ["set w1:x", "set w2:x"])
    #expect(locks.records.isEmpty)
  }

  @Test("a manager that is dead is not waited for where another one is there")
  func deadManager() async throws {
    let rig = try Rig(), locks = InMemoryLocks(leading: ["m", "w1"])
    try rig.body("step(\"a\", function() world.set(\"w2\", \"x\") end)")
    locks.change { $0.silent = ["m"] }
    #expect(try await rig.runner(locks: locks).execute(try await rig.create(), rig.source) == .succeeded)
    #expect(locks.calls.filter { $0 == "take m" }.count == 1)
    #expect(locks.records.isEmpty)
  }

  @Test("of several managers that may be asked, one that is lost for longer than its lock holds up nothing")
  func lostManager() async throws {
    let rig = try Rig(), locks = InMemoryLocks(leading: ["m", "w1"])
    try rig.body(
      """
      step("a", function() world.ask({ "m", "w1" }, "x") end)
      step("b", function() world.ask({ "m", "w1" }, "y") end)
      step("c", { retry = { attempts = 1 } }, function() world.set("m", "z") end)
      """)
    rig.world.onCall { if $0 == "ask w1:x" { locks.change { $0.silent = ["m"] } } }
    let runner = rig.runner(locks: locks, leaseDuration: 0)
    let outcome = try await runner.execute(try await rig.create(), rig.source)
    #expect(rig.world.calls == ["ask w1:x", "ask w1:y"])
    #expect(outcome.failure?.code == "ssh.unreachable")
    #expect(outcome.failure?.host == "m")
  }

  @Test("of several managers that may be asked, one that another run has taken stops the run")
  func takenManager() async throws {
    let rig = try Rig(), locks = InMemoryLocks(leading: ["m", "w1"])
    try rig.body(
      """
      step("a", function() world.ask({ "m", "w1" }, "x") end)
      step("b", { retry = { attempts = 1 } }, function() world.ask({ "m", "w1" }, "y") end)
      """)
    rig.world.onCall { if $0 == "ask w1:x" { locks.put("a1", run: "other", on: ["w1"]) } }
    let runner = rig.runner(locks: locks, leaseDuration: 0)
    let outcome = try await runner.execute(try await rig.create(), rig.source)
    #expect(outcome.failure?.code == .hostLost)
    #expect(rig.world.calls == ["ask w1:x"])
  }

  private static let broken =
    "step(\"a\", function() world.set(\"m\", \"x\") end)\nstep(\"b\", { retry = { attempts = 1 } }, "
    + "function() world.set(\"w1\", \"x\") end)"

  @Test("hosts that a run has half changed are its own until it is over; it goes on at once")
  func unfinished() async throws {
    let rig = try Rig(), locks = InMemoryLocks()
    try rig.body(Self.broken)
    rig.world.failNext("w1:x", times: 1)
    let failed = try await rig.runner(locks: locks).execute(try await rig.create(), rig.source)
    #expect(failed.failure != nil)
    #expect(locks.records.count == 3)

    let second = try other(Self.change)
    let refused = try await second.runner(pid: 2, locks: locks).execute(try await second.create(), second.source)
    #expect(refused.failure?.code == .hostUnfinished)
    #expect(refused.failure?.message.contains("were changed by run run1 of op on here") == true)
    #expect(refused.failure?.hint?.contains("--take-over") == true)
    #expect(second.world.calls == [])

    let record = try #require(try await rig.store.run("run1"))
    #expect(try await rig.runner(pid: 3, locks: locks).execute(record, rig.source) == .succeeded)
    #expect(locks.records.isEmpty)
  }

  @Test("a person who agrees takes over from a run that is not over, and that is recorded", arguments: [true, false])
  func takeOver(asked: Bool) async throws {
    let rig = try Rig(), locks = InMemoryLocks(), question = Box("")
    try rig.body(Self.change)
    locks.put("a1", run: "other", on: ["m", "w2"], hasExpired: true, hasChanged: true)
    let policy: TakeOverPolicy =
      asked
      ? .ask {
        question.value = $0
        return .init(isYes: true, by: "bob", how: "terminal")
      } : .accept(by: "bob")
    let runner = rig.runner(locks: locks, takeOver: policy)
    #expect(try await runner.execute(try await rig.create(), rig.source) == .succeeded)
    if asked { #expect(question.value.contains("run other must not be resumed")) }
    let payload = try #require(try await rig.events(.hostsTakenOver).first?.payload)
    #expect(payload["by"] == "bob")
    #expect(payload["runs"] == ["other"])
    #expect(payload["hosts"] == ["m", "w2"])
    #expect(locks.records.isEmpty)
  }

  @Test("a run that was taken over can't go on any more, neither forward nor back, and says who took over")
  func displaced() async throws {
    let rig = try Rig(), locks = InMemoryLocks()
    try rig.body(Self.broken)
    rig.world.failNext("w1:x", times: 1)
    let first = try await rig.create()
    #expect(try await rig.runner(locks: locks).execute(first, rig.source).failure != nil)

    try rig.body(Self.change)
    let second = try await rig.create(id: "run2")
    let over = rig.runner(pid: 2, locks: locks, takeOver: .accept(by: "bob"))
    #expect(try await over.execute(second, rig.source) == .succeeded)
    #expect(locks.records.isEmpty)
    let calls = rig.world.calls

    for goesBack in [false, true] {
      let runner = rig.runner(pid: 3, locks: locks)
      let failure = await #expect(throws: Failure.self) {
        _ = try await goesBack ? runner.rollback(first, rig.source) : runner.execute(first, rig.source)
      }
      #expect(failure?.code == .runOver)
      #expect(failure?.message.contains("run run2 took over") == true)
    }
    #expect(rig.world.calls == calls)
    #expect(try await RunState(events: rig.store.events(of: first.id, after: 0)).status == .displaced)
  }

  @Test("a run whose step is in doubt is not taken over before a person has settled that; then what it left is ended")
  func doubtful() async throws {
    let rig = try Rig(), locks = InMemoryLocks()
    try rig.body("step(\"b\", function() world.job(\"w1\", \"x\") end)")
    let first = try await rig.create()
    let process = MortalProcess(1)
    rig.world.onCall { _ in process.kill() }
    _ = try? await rig.runner(in: process, clock: SkippingClock(), approver: .nobody).execute(first, rig.source)
    rig.world.onCall { _ in }
    let lock = try #require(try await rig.events(.runStarted).first?.content(Event.RunStarted.self)?.lock)
    locks.put(lock, run: first.id, on: ["m", "w1", "w2"], hasExpired: true, hasChanged: true)

    try rig.body(Self.change)
    func takeOver(_ id: String) async throws -> RunOutcome {
      let runner = rig.runner(pid: 2, locks: locks, takeOver: .accept(by: "bob"))
      return try await runner.execute(try await rig.create(id: id), rig.source)
    }
    let refused = try await takeOver("run2")
    #expect(refused.failure?.code == .hostUnfinished && refused.failure?.step == "b", "\(refused)")
    #expect(refused.failure?.hint?.contains("runbook resolve run1 \"b\"") == true)
    #expect(try await rig.state().status != .displaced)

    _ = try await rig.control(pid: 5, othersAreGone: true).resolve(first, step: "b", .retry, by: "ann")
    #expect(try await takeOver("run3") == .succeeded)
    #expect(rig.world.calls.filter { $0.hasPrefix("end ") }.count == 1, "\(rig.world.calls)")
    #expect(try await rig.state().status == .displaced)
  }

  @Test("nobody can take over from a run that goes on")
  func noTakeOver() async throws {
    let rig = try Rig(), locks = InMemoryLocks()
    try rig.body(Self.change)
    locks.put("a1", run: "other", on: ["w2"], hasChanged: true)
    let runner = rig.runner(locks: locks, takeOver: .accept(by: "bob"))
    let outcome = try await runner.execute(try await rig.create(), rig.source)
    #expect(outcome.failure?.code == .hostHeld)
    #expect(outcome.failure?.host == "w2")
    #expect(locks.records.keys.sorted() == ["w2"])
  }

  @Test("an expired lock of a run that had changed nothing is displaced without a word")
  func expired() async throws {
    let rig = try Rig(), locks = InMemoryLocks()
    try rig.body(Self.change)
    locks.put("a1", run: "other", on: ["m", "w1", "w2"], hasExpired: true)
    #expect(try await rig.runner(locks: locks).execute(try await rig.create(), rig.source) == .succeeded)
    #expect(locks.records.isEmpty)
  }

  @Test("a host that was taken by somebody else meanwhile is not changed any more, and the failure names who has it")
  func fencedOnTarget() async throws {
    let rig = try Rig(), locks = InMemoryLocks()
    try rig.body(Self.broken)
    rig.world.onCall { call in
      if call == "set m:x" { locks.put("a1", run: "other", on: ["m", "w1", "w2"]) }
    }
    let runner = rig.runner(locks: locks, leaseDuration: 0)
    let outcome = try await runner.execute(try await rig.create(), rig.source)
    #expect(outcome.failure?.code == .hostLost)
    #expect(outcome.failure?.message.contains("now run other of alice on there, process 7, since") == true)
    #expect(rig.world.calls == ["set m:x"])
    #expect(Set(locks.records.values.map(\.request.id)) == ["a1"])
  }

  @Test("a record that vanished after its time was over means that somebody may have been there")
  func vanished() async throws {
    let rig = try Rig(), locks = InMemoryLocks()
    try rig.body(Self.broken)
    rig.world.onCall { call in
      if call == "set m:x" { locks.change { $0.records = [:] } }
    }
    let outcome = try await rig.runner(locks: locks, leaseDuration: 0)
      .execute(try await rig.create(), rig.source)
    #expect(outcome.failure?.code == .hostLost)
    #expect(rig.world.calls == ["set m:x"])
  }

  @Test("a run of this journal that is over but left its lock behind is in nobody's way")
  func leftBehind() async throws {
    let rig = try Rig(), locks = InMemoryLocks()
    try rig.body(Self.change)
    let record = try await rig.create()
    rig.world.onCall { call in
      // It ends out of reach.
      if call == "set m:x" { locks.change { $0.silent = ["m", "w1", "w2"] } }
    }
    #expect(try await rig.runner(locks: locks).execute(record, rig.source) == .succeeded)
    #expect(locks.records.count == 3)
    locks.change { $0.silent = [] }
    let next = try #require(try await rig.runner().create(rig.source, parameters: [:], id: RunID(validating: "run2")))
    #expect(try await rig.runner(pid: 2, locks: locks).execute(next, rig.source) == .succeeded)
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
        duration: 60, liveness: { _ in .gone })
    }
    let outcome = try await rig.runner().execute(record, rig.source)
    #expect(outcome.failure?.code == .leaseLost)
    #expect(rig.world.calls == ["set m:x"])
    #expect(try await rig.state().steps[0].status == .started)
  }
}
