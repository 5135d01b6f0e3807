import Engine
import Journal
import TestSupport
import Testing
import Values

/// A person has a run wait before its next step, from another process.
@Suite(.usualTimeLimit) struct PauseTests {
  /// A process of a person that executes nothing.
  private func other(_ rig: Rig) -> RunControl { rig.control() }

  /// Returns when the run's events make that true.
  private func until(_ rig: Rig, _ isSo: (RunState) -> Bool) async throws {
    try await eventually { isSo(try await rig.state()) }
  }

  private func untilCalled(_ call: String, _ rig: Rig) async throws {
    try await eventually(call) { rig.world.calls.contains(call) }
  }

  /// A run of two steps that is paused while the first is under way.
  private func paused() async throws -> (Rig, RunRecord) {
    let rig = try Rig()
    try rig.body(
      """
      step("a", function() world.set("m", "a") end)
      step("b", function() world.set("m", "b") end)
      """)
    let record = try await rig.create()
    let other = other(rig)
    rig.world.onCall { call in
      if call == "set m:a" { _ = try await other.pause(record, by: "ann", how: "command") }
    }
    return (rig, record)
  }

  @Test("the step under way is finished, the next one begins when the person lets the run go on")
  func pause() async throws {
    let (rig, record) = try await paused()
    async let outcome = rig.runner().execute(record, rig.source)
    try await until(rig) { $0.isPaused }
    let state = try await rig.state()
    #expect(state.step(at: "a")?.status == .succeeded)
    #expect(state.pause?.by == "ann")
    #expect(try await !other(rig).pause(record, by: "bob", how: "page"))
    #expect(rig.world.calls == ["set m:a"])
    #expect(try await other(rig).unpause(record, by: "bob", how: "page"))
    #expect(try await outcome == .succeeded)
    #expect(rig.world.calls == ["set m:a", "set m:b"])
    #expect(try await rig.events(.runUnpaused).first?.payload == ["by": "bob", "how": "page"])
    // Who watches the run is told, too.
    let kinds = rig.seen.withLock { $0.map(\.kind) }
    #expect(kinds.contains(.runPauseRequested) && kinds.contains(.runUnpaused))
  }

  @Test("branches that come to their steps at the same time look for a pause together, not each for itself")
  func together() async throws {
    let store = HesitantStore(), rig = try Rig(store: store)
    try rig.body(
      """
      local names = {}
      for index = 1, 200 do names[index] = "n" .. index end
      parallel("many", names, { limit = 200 }, function(name)
        log.info(name)
        step("a", function() world.set("m", name) end)
      end)
      """)
    async let outcome = rig.run()
    try await eventually { rig.seen.withLock { $0.count { $0.kind == .logMessage } } == 200 }
    store.go.raise()
    #expect(try await outcome == .succeeded)
    #expect(rig.world.calls.count == 200)
    #expect(store.looks < 50)
  }

  @Test("who watches is told of a pause, too, that was withdrawn before the executor looked")
  func withdrawn() async throws {
    let rig = try Rig()
    try rig.body(
      """
      step("a", function() world.set("m", "a") end)
      step("b", function() world.set("m", "b") end)
      """)
    let record = try await rig.create()
    let store = rig.store
    rig.world.onCall { call in
      guard call == "set m:a" else { return }
      // Both in one moment, as two commands that follow each other can be.
      _ = try await store.append(
        [
          Event(at: .now, kind: .runPauseRequested, payload: ["by": "ann"]),
          Event(at: .now, kind: .runUnpaused, payload: ["by": "bob"]),
        ], to: record.id, under: nil)
    }
    #expect(try await rig.runner().execute(record, rig.source) == .succeeded)
    let kinds = rig.seen.withLock { $0.map(\.kind) }.filter { [.runPauseRequested, .runUnpaused].contains($0) }
    #expect(kinds == [.runPauseRequested, .runUnpaused])
  }

  @Test("all branches of a parallel wait, and the run is paused when the last step under way has ended")
  func branches() async throws {
    let rig = try Rig()
    try rig.body(
      """
      parallel(run.inventory.workers, function(worker)
        step("a", function() world.set(worker, "a") end)
        step("b", function() world.set(worker, "b") end)
      end)
      """)
    let record = try await rig.create()
    let other = other(rig)
    let mayEnd = Box(false)
    rig.world.onCall { [unowned rig] call in
      if call == "set w1:a" {
        try await untilCalled("set w2:a", rig)
        _ = try await other.pause(record, by: "ann", how: "command")
      }
      if call == "set w2:a" { try await eventually { mayEnd.value } }
    }
    async let outcome = rig.runner().execute(record, rig.source)
    try await until(rig) { $0.pause != nil && $0.counts.done == 1 }
    #expect(try await !rig.state().isPaused)
    mayEnd.value = true
    try await until(rig) { $0.isPaused }
    #expect(try await rig.state().counts.done == 2)
    _ = try await other.unpause(record, by: "ann", how: "command")
    #expect(try await outcome == .succeeded)
  }

  @Test("a stop ends a paused run at once, and its next execution is not paused")
  func stopped() async throws {
    let (rig, record) = try await paused()
    async let outcome = rig.runner().execute(record, rig.source)
    try await until(rig) { $0.isPaused }
    rig.stop.raise()
    #expect(try await outcome == .interrupted)
    let failure = await failure { try await other(rig).unpause(record, by: "ann", how: "command") }
    #expect(failure?.code == .runNotExecuted)

    let next = try Rig(store: rig.store)
    try next.body("step(\"a\", function() end)\nstep(\"b\", function() world.set(\"m\", \"b\") end)")
    #expect(try await next.runner(pid: 2, changes: .accept(by: "ann")).execute(record, next.source) == .succeeded)
    #expect(next.world.calls == ["set m:b"])
  }

  @Test("a run that crashed while it was paused goes on when it is resumed")
  func crashed() async throws {
    let rig = try Rig()
    try rig.body("step(\"a\", function() world.set(\"m\", \"a\") end)")
    let record = try await rig.create()
    // As an execution leaves it that ends without a word.
    _ = try await rig.store.append(
      [
        Event(at: .now, kind: .runStarted), Event(at: .now, kind: .runPauseRequested, payload: ["by": "ann"]),
      ], to: record.id, under: nil)
    #expect(try await rig.state().isPaused)
    let failure = await failure { try await other(rig).pause(record, by: "bob", how: "command") }
    #expect(failure?.code == .runNotExecuted)
    #expect(try await rig.resume() == .succeeded)
  }

  @Test("while it is paused, another branch's failure ends the run")
  func failedBranch() async throws {
    let rig = try Rig()
    try rig.body(
      """
      parallel(run.inventory.workers, function(worker)
        step("a", { retry = { attempts = 1 } }, function() world.set(worker, "a") end)
        step("b", function() world.set(worker, "b") end)
      end)
      """)
    let record = try await rig.create()
    let other = other(rig)
    rig.world.failNext("w2:a", times: 9)
    rig.world.onCall { [unowned rig] call in
      if call == "set w1:a" {
        try await untilCalled("set w2:a", rig)
        _ = try await other.pause(record, by: "ann", how: "command")
      }
      if call == "set w2:a" { try await until(rig) { $0.pause != nil && $0.counts.done == 1 } }
    }
    #expect(try await rig.runner().execute(record, rig.source).failure != nil)
    #expect(!rig.world.calls.contains("set w1:b"))
  }
}
