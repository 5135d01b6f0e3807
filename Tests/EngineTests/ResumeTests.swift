import CrashTesting
import Engine
import Foundation
import Journal
import LuaVM
import Synchronization
import TestSupport
import Testing
import Values

@Suite(.usualTimeLimit) struct ResumeTests {
  static let procedure = """
    local token = step("get the token", function() return world.token("m") end)
    parallel("workers", run.inventory.workers, function(worker)
      step("one", function() world.set(worker, "one") end)
      step("two", { check = function() return world.has(worker, "two") end }, function() world.once(worker, "two") end)
      step("three", function() world.use(token) return worker.name end)
    end)
    scope("after", function()
      step("last", function() world.set("m", "last") world.set("m", "very last") end)
    end)
    """

  @Test("what was done is not done again, and what failed is")
  func failedStep() async throws {
    let rig = try Rig()
    try rig.body(
      """
      local a = step("a", function() return world.set("w1", "a") end)
      step("b", { retry = { attempts = 1 } }, function() world.set("w1", a .. "-b") end)
      step("c", function() world.set("w1", "c") end)
      """)
    rig.world.failNext("w1:w1:a-b", times: 1)
    let failure = try #require(try await rig.run().failure)
    #expect(failure.code == "world.trouble")
    #expect(failure.step == "b")
    #expect(try await rig.resume() == .succeeded)
    #expect(rig.world.calls == ["set w1:a", "set w1:w1:a-b", "set w1:w1:a-b", "set w1:c"])
    #expect(try await rig.state().executions == 2)
  }

  @Test("a crash at each journal write: no checkpointed step runs again and none is left out")
  func crashAtEachWrite() async throws {
    let undisturbed = try Rig()
    try undisturbed.body(Self.procedure)
    #expect(try await undisturbed.run() == .succeeded)
    let count = try await undisturbed.store.events(of: "run1", after: 0).count
    var crashes = 0
    for point in 1..<(count + 3) {
      let rig = try Rig()
      try rig.body(Self.procedure)
      let record = try await rig.create()
      let crashing = CrashingStore(rig.store, after: point)
      let first = try await rig.runner(store: crashing).execute(record, rig.source)
      if case .succeeded = first { continue }
      crashes += 1
      let checkpointed = Set(try await rig.state().steps.filter { $0.status == .succeeded }.map(\.path))
      #expect(try await rig.resume() == .succeeded, "crash at write \(point)")
      #expect(rig.world.marks == undisturbed.world.marks, "crash at write \(point)")
      let again = try await rig.state()
      #expect(Set(again.steps.map(\.path)) == Set(try await undisturbed.state().steps.map(\.path)))
      for path in checkpointed {
        #expect(again.step(at: path)?.status == .succeeded)
        let starts = try await rig.events(.stepStarted).filter { $0.path == path }.count
        #expect(starts == 1, "\(path) was started again after a crash at write \(point)")
      }
      // What must not be done twice was done exactly once on each host.
      for worker in ["w1", "w2"] {
        #expect(rig.world.calls.filter { $0 == "once \(worker):two" }.count == 1, "crash at write \(point)")
      }
    }
    #expect(crashes >= 10)
  }

  @Test("a step in doubt whose call must not be repeated waits for a person")
  func inDoubt() async throws {
    let rig = try Rig()
    try rig.body(
      "step(\"a\", function() world.once(\"w1\", \"x\") end)\nstep(\"b\", function() world.set(\"w1\", \"b\") end)")
    let record = try await rig.create()
    // run.started, step.started and effect.started are written; the outcome is not.
    _ = try await rig.runner(store: CrashingStore(rig.store, after: 3)).execute(record, rig.source)
    #expect(rig.world.calls == ["once w1:x"])
    let outcome = try await rig.resume()
    guard case .waiting(let reason, let path, let message) = outcome else {
      Issue.record("it went on: \(outcome)")
      return
    }
    #expect(reason == "in_doubt")
    #expect(path == "a")
    #expect(message.contains("world.once"))
    #expect(rig.world.calls == ["once w1:x"])
    #expect(try await rig.state().status == .waiting)
  }

  @Test("a step that was started and had begun nothing is simply carried out")
  func begunNothing() async throws {
    let rig = try Rig()
    try rig.body("step(\"a\", function() world.once(\"w1\", \"x\") end)")
    let record = try await rig.create()
    _ = try await rig.runner(store: CrashingStore(rig.store, after: 2)).execute(record, rig.source)
    #expect(rig.world.calls == [])
    #expect(try await rig.resume() == .succeeded)
    #expect(rig.world.calls == ["once w1:x"])
  }

  @Test("work that a crashed step left on a host is found again in the same attempt, and not begun twice")
  func reattached() async throws {
    let rig = try Rig()
    try rig.body(
      """
      step("a", function() world.set("m", "before") return world.job("w1", "x") end)
      step("b", { retry = { attempts = 2, initial = 0 } }, function() world.job("w1", "y") end)
      """)
    let record = try await rig.create()
    // run.started, step.started and both effects are written; the outcome is not.
    _ = try await rig.runner(store: CrashingStore(rig.store, after: 4)).execute(record, rig.source)
    #expect(try await rig.resume() == .succeeded)
    #expect(rig.world.calls == ["set m:before", "job w1:x", "follow w1:x", "job w1:y"])
    #expect(try await rig.state().step(at: "a")?.attempt == 1)
  }

  @Test("work on a host is found again also when the process dies once more before it has asked for it")
  func reattachedLater() async throws {
    let rig = try Rig()
    try rig.body("step(\"a\", function() return world.job(\"w1\", \"x\") end)")
    let record = try await rig.create()
    // run.started, step.started and effect.started are written; then, in the second process, the first two.
    _ = try await rig.runner(store: CrashingStore(rig.store, after: 3)).execute(record, rig.source)
    _ = try await rig.runner(store: CrashingStore(rig.store, after: 2), pid: 2).execute(record, rig.source)
    #expect(try await rig.resume() == .succeeded)
    #expect(rig.world.calls == ["job w1:x", "follow w1:x", "follow w1:x"])
  }

  @Test("a host that is lost under such work fails the run, which finds the work again on resume")
  func lostHost() async throws {
    let rig = try Rig()
    try rig.body("step(\"a\", function() return world.job(\"w1\", \"x\") end)")
    rig.world.failNext("w1:x", times: 1)
    #expect(try await rig.run().failure?.code == "world.trouble")
    #expect(try await rig.resume() == .succeeded)
    #expect(rig.world.calls == ["job w1:x", "follow w1:x"])
  }

  @Test("a step in doubt whose check holds is done")
  func doubtChecked() async throws {
    let rig = try Rig()
    try rig.body(
      "step(\"a\", { check = function() return world.has(\"w1\", \"x\") end }, function() world.once(\"w1\", \"x\") end)"
    )
    let record = try await rig.create()
    _ = try await rig.runner(store: CrashingStore(rig.store, after: 3)).execute(record, rig.source)
    #expect(rig.world.marks == ["w1:x"])
    #expect(try await rig.resume() == .succeeded)
    #expect(rig.world.calls.filter { $0 == "once w1:x" }.count == 1)
    #expect(try await rig.state().steps[0].outcome == .alreadySo)
  }

  @Test("the time is the same on replay, messages are not repeated, and a secret comes back as one")
  func replayed() async throws {
    let rig = try Rig()
    try rig.body(
      """
      local now = time.now()
      log.info("begun")
      local token = step("get", function() return world.token("m") end)
      note("to do", { "this" })
      step("b", { retry = { attempts = 1 } }, function() world.set("w1", "at " .. tostring(now)) end)
      log.info("ended")
      step("use", function() world.use(token) return now end)
      """)
    let record = try await rig.create()
    // Crashes while step b is being recorded as done.
    _ = try await rig.runner(store: CrashingStore(rig.store, after: 8)).execute(record, rig.source)
    #expect(try await rig.resume() == .succeeded)
    #expect(Set(rig.world.calls).count == 2, "the mark with the time is the same: \(rig.world.calls)")
    #expect(rig.world.calls.last == "use SWMTKN-secret-text")
    #expect(try await rig.events(.logMessage).map { $0.payload["text"] } == ["begun", "ended"])
    #expect(try await rig.events(.runNote).count == 1)
  }

  @Test("a run that is over is not run again")
  func over() async throws {
    let rig = try Rig()
    try rig.body("step(\"a\", function() world.set(\"w1\", \"a\") end)")
    #expect(try await rig.run() == .succeeded)
    let failure = await failure { try await rig.resume() }
    #expect(failure?.code == .runOver)
    #expect(rig.world.calls == ["set w1:a"])
  }

  @Test("a second executor is told who holds the run")
  func held() async throws {
    let rig = try Rig()
    try rig.body("step(\"a\", function() world.set(\"w1\", \"a\") end)")
    let record = try await rig.create()
    let other = Box<Failure?>(nil)
    let source = rig.source, runner = rig.runner(pid: 2)
    rig.world.onCall { _ in
      do { _ = try await runner.execute(record, source) } catch { other.value = error as? Failure }
    }
    #expect(try await rig.runner().execute(record, rig.source) == .succeeded)
    #expect(other.value?.code == .runHeld)
    #expect(other.value?.message.contains("op on here, process 1") == true)
    #expect(rig.world.calls == ["set w1:a"])
  }

  @Test("a stop ends the run after the step that is under way, and it can be resumed")
  func stopped() async throws {
    let rig = try Rig()
    try rig.body(
      "step(\"a\", function() world.set(\"w1\", \"a\") end)\nstep(\"b\", function() world.set(\"w1\", \"b\") end)")
    let record = try await rig.create()
    let stop = rig.stop
    rig.world.onCall { _ in stop.raise() }
    #expect(try await rig.runner().execute(record, rig.source) == .interrupted)
    #expect(rig.world.calls == ["set w1:a"])
    #expect(try await rig.state().steps.map(\.status) == [.succeeded])
    let later = try Rig(store: rig.store)
    try later.write("test.lua", String(contentsOf: rig.folder.appending(path: "test.lua"), encoding: .utf8))
    #expect(try await later.resume() == .succeeded)
    #expect(later.world.calls == ["set w1:b"])
  }

  @Test("a script that computes without end is stopped by the stop signal")
  func stoppedLoop() async throws {
    let rig = try Rig()
    // The dry run sees a value that it can't know, so that only the real run enters the loop.
    try rig.body("if step(\"a\", function() return world.has(\"w1\", \"x\") end) == false then while true do end end")
    let record = try await rig.create()
    let stop = rig.stop
    rig.world.onCall { _ in stop.raise() }
    #expect(try await rig.runner().execute(record, rig.source) == .interrupted)
  }
}

/// A journal whose process dies after a number of writes: nothing is written from then on.
final class CrashingStore: RelayingStore {
  let inner: any JournalStore
  private let left: Mutex<Int>

  init(_ inner: any JournalStore, after writes: Int) {
    self.inner = inner
    left = Mutex(writes)
  }

  /// What the rest of a dead process's script can't catch.
  struct Crash: UncatchableError {}

  func append(_ events: [Event], to run: String, under lease: Lease?) async throws -> [Event] {
    let isAlive = left.withLock { left in
      left -= 1
      return left >= 0
    }
    guard isAlive else { throw Crash() }
    return try await inner.append(events, to: run, under: lease)
  }
}
