import CrashTesting
import Engine
import Foundation
import Journal
import Synchronization
import TestSupport
import Testing
import Values

/// Nothing that a run has begun is forgotten, though its runbook does not come to it again.
@Suite(.usualTimeLimit) struct PassedStepTests {
  /// What the run waits for a person for: the step, and the question.
  private func question(_ outcome: RunOutcome) -> (path: String, message: String)? {
    guard case .waiting("in_doubt", let path, let message) = outcome else { return nil }
    return (path, message)
  }

  /// Has all work end as soon as it is looked at.
  private func endWhenSeen(_ rig: Rig) {
    let world = rig.world
    world.onCall { call in
      if call.hasPrefix("look ") { for job in world.state.withLock({ $0.jobs.keys }) { world.finish(job) } }
    }
  }

  @Test("a run does not end while a step is in doubt that its runbook does not come to any more")
  func notReached() async throws {
    let rig = try Rig()
    try rig.body(
      """
      step("b", function() world.job("w1", "x") end)
      step("c", function() world.set("m", "c") end)
      """)
    try await rig.killed(after: 1)
    try rig.body("step(\"c\", function() world.set(\"m\", \"c\") end)")
    endWhenSeen(rig)
    let outcome = try await rig.goOn(changes: .accept(by: "ann"))
    let asked = try #require(question(outcome), "\(outcome)")
    #expect(asked.path == "b")
    #expect(asked.message.contains("no longer reaches it"))
    // What still ran was waited for before the next step began.
    let calls = rig.world.calls
    #expect(calls.firstIndex { $0.hasPrefix("look") }! < calls.firstIndex(of: "set m:c")!)
    #expect(try await rig.state().status == .waiting)
    let record = try #require(try await rig.store.run("run1"))
    _ = try await rig.control(pid: 5, othersAreGone: true).resolve(record, step: "b", .done, by: "ann")
    #expect(try await rig.goOn(process: 6, changes: .accept(by: "ann")) == .succeeded)
    #expect(rig.begun == ["job w1:x": 1])
  }

  @Test(
    "a person is named in full or by the end of a path, never by the end of a name", arguments: ["start", "art", ""])
  func resolvedByName(name: String) async throws {
    let rig = try Rig()
    try rig.body("step(\"start\", function() end)\nstep(\"restart\", function() world.job(\"w1\", \"x\") end)")
    try await rig.killed(after: 1)
    let record = try #require(try await rig.store.run("run1"))
    let control = rig.control(pid: 5, othersAreGone: true)
    let failure = await #expect(throws: Failure.self) {
      try await control.resolve(record, step: name, .done, by: "ann")
    }
    #expect(failure?.code == .stepUnknown)
    #expect(try await rig.state().step(at: "restart")?.isInDoubt == true)
    #expect(try await control.resolve(record, step: "restart", .done, by: "ann") == "restart")
  }

  @Test(
    "a question to a person is not lost beside a failure that the runbook catches",
    arguments: [
      "pcall(parallel, \"p\", both)",
      "parallel(\"o\", { \"i\" }, { max_failures = 1 }, function() parallel(\"p\", both) end)",
    ])
  func besideFailure(call: String) async throws {
    let rig = try Rig()
    try rig.body(
      """
      local both = {
        a = function() step("a", function() world.job("w1", "x") end) end,
        b = function() step("b", function() if not world.has("m", "good") then fail("b") end end) end,
      }
      \(call)
      step("after", function() world.set("m", "after") end)
      """)
    rig.world.state.withLock { $0.endless = ["w1:x"] }
    _ = try await rig.cutOff()
    rig.world.state.withLock { $0.jobs = [:] }
    let asked = try #require(question(try await rig.goOn()))
    #expect(asked.path.hasSuffix("p/a/a"))
    #expect(!rig.world.marks.contains("m:after"))
    #expect(try await rig.state().steps.contains { $0.path.hasSuffix("b/b") && $0.status == .failed })
  }

  @Test("an approval that nobody has given is not lost beside a failure that the runbook catches")
  func approvalBesideFailure() async throws {
    let rig = try Rig()
    try rig.body(
      """
      pcall(parallel, "p", {
        a = function() approve("really?") end,
        b = function() step("b", function() if not world.has("m", "good") then fail("b") end end) end,
      })
      step("after", function() world.set("m", "after") end)
      """)
    guard case .waiting("approval", _, "really?") = try await rig.run() else {
      Issue.record("it went on")
      return
    }
    #expect(rig.world.marks.isEmpty)
  }

  @Test("a no can't be caught, and neither can a call that would leave a part of the procedure out")
  func uncatchable() async throws {
    let rig = try Rig()
    try rig.body(
      """
      pcall(approve, "go?")
      step("after", function() world.set("m", "after") end)
      """)
    let no = Approver { _ in .init(isYes: false, by: "ann", how: "terminal") }
    #expect(try await rig.run(approver: no).failure?.code == .rejected)
    #expect(try await rig.resume().failure?.code == .rejected)
    #expect(rig.world.marks.isEmpty)
    let other = try Rig()
    try other.body(
      """
      local name = step("read", function() return world.has("m", "x") end)
      pcall(approve, name)
      step("after", function() world.set("m", "after") end)
      """)
    #expect(try await other.run().failure?.message.contains("approve: ") == true)
    #expect(other.world.marks.isEmpty)
  }

  @Test("what still runs of a step that a person has called done is waited for before the next step begins")
  func declaredDone() async throws {
    let rig = try Rig()
    try rig.body(
      """
      step("b", function() world.job("w1", "x") end)
      step("c", function() world.set("m", "c") end)
      """)
    try await rig.killed(after: 1)
    let record = try #require(try await rig.store.run("run1"))
    rig.world.state.withLock { state in for call in state.jobs.keys { state.jobs[call]?.isOver = false } }
    _ = try await rig.control(pid: 5, othersAreGone: true).resolve(record, step: "b", .done, by: "ann")
    let looks = Mutex(0), world = rig.world
    world.onCall { call in
      guard call.hasPrefix("look "),
        looks.withLock({
          $0 += 1; return $0
        }) == 3
      else { return }
      for job in world.state.withLock({ $0.jobs.keys }) { world.finish(job) }
    }
    #expect(try await rig.goOn() == .succeeded)
    let look = "look w1:mark=x"
    #expect(world.calls == ["job w1:x", look, look, look, "set m:c"])
    #expect(try await rig.state().step(at: "b")?.loose == [])
  }

  @Test("a run that was begun ends with its findings when it is resumed, and is over")
  func concludedLater() async throws {
    let rig = try Rig()
    try rig.body(
      """
      step("a", function() world.job("m", "a") end)
      conclude("it is bad", { { message = "very" } })
      """)
    try await rig.killed(after: 1)
    guard case .concluded(let failure) = try await rig.goOn() else {
      Issue.record("not concluded")
      return
    }
    #expect(failure.message == "it is bad")
    #expect(try await rig.state().status == .findings)
    #expect(rig.begun == ["job m:a": 1])
  }

  @Test("each step of which a person has to say what became of it is marked, beside what failed")
  func askedBesideFailure() async throws {
    let rig = try Rig()
    try rig.body(
      """
      parallel({ "a", "b" }, { max_failures = 2 }, function(name)
        step("s", function()
          if name == "a" then world.job("w1", world.has("m", "x") and "else" or "first") else world.set("m", "b") end
        end)
      end)
      """)
    rig.world.failNext("m:b", times: 9)
    try await rig.killed(after: 1)
    _ = rig.world.state.withLock { $0.marks.insert("m:x") }
    _ = try await rig.goOn()
    let step = try await rig.state().step(at: "a/s")
    #expect(step?.isInDoubt == true && step?.waitsForPerson == true)
    #expect(try await rig.state().step(at: "b/s")?.waitsForPerson == false)
  }

  @Test(
    "a step under another name does not do the same again before a person has said what became of the former one",
    arguments: [
      "step(\"upgrade\", function() world.job(\"w1\", \"x\") end)",
      "scope(\"w1\", function() step(\"update\", function() world.job(\"w1\", \"x\") end) end)",
    ])
  func renamed(_ body: String) async throws {
    let rig = try Rig()
    try rig.body("step(\"update\", function() world.job(\"w1\", \"x\") end)")
    try await rig.killed(after: 1)
    try rig.body(body)
    endWhenSeen(rig)
    let outcome = try await rig.goOn(changes: .accept(by: "ann"))
    let asked = try #require(question(outcome), "\(outcome)")
    #expect(asked.path == "update")
    #expect(asked.message.contains("is about to do the same"))
    #expect(rig.begun == ["job w1:x": 1])
  }

  @Test("findings of one branch do not end a run in which another waits for a person")
  func besideFindings() async throws {
    let rig = try Rig()
    try rig.body(
      """
      parallel({ "a", "b" }, function(name)
        if name == "a" then
          step("w", function() world.job("w1", "at " .. string.format("%.3f", time.now())) end)
        else
          step("look", function() world.has("m", "x") end)
          conclude("it is bad", { { message = "very" } })
        end
      end)
      """)
    let world = rig.world
    let process = MortalProcess(1)
    world.onCall { call in
      if call.hasPrefix("job ") { process.kill() }
      if call.hasPrefix("has ") { try await eventually { process.isDead } }
    }
    let record = try await rig.create()
    _ = try? await rig.runner(in: process, clock: SkippingClock(), approver: .nobody).execute(record, rig.source)
    world.onCall { _ in }
    let outcome = try await rig.runner(
      in: MortalProcess(2), clock: SkippingClock(Date(timeIntervalSince1970: 1_800_000_000)), approver: .nobody
    ).execute(record, rig.source)
    #expect(question(outcome)?.path == "a/w", "\(outcome)")
    #expect(world.begun == 1)
  }

  @Test("a runbook can't catch that it is not known what became of a command, and begin it once more")
  func caughtDoubt() async throws {
    let rig = try Rig()
    try rig.body(
      """
      step("a", function()
        for _ = 1, 3 do
          if pcall(world.job, "w1", "x") then return end
        end
      end)
      """)
    rig.world.failNext("w1:x", times: 1)
    let outcome = try await rig.run()
    #expect(outcome != .succeeded)
    #expect(rig.begun == ["job w1:x": 1])
    #expect(try await rig.state().step(at: "a")?.isInDoubt == true)
  }

  @Test("what is lost of a step that may be repeated is ended, and the step is carried out again")
  func lostButRepeatable() async throws {
    let rig = try Rig()
    try rig.body("step(\"a\", { idempotent = true }, function() world.job(\"w1\", \"x\") end)")
    rig.world.state.withLock { $0.endless = ["w1:x"] }
    _ = try await rig.cutOff()
    rig.world.state.withLock { ($0.jobs, $0.endless) = ([:], []) }
    #expect(try await rig.goOn() == .succeeded)
    let calls = rig.world.calls
    #expect(calls == ["job w1:x", "look w1:mark=x", "end w1:mark=x", "job w1:x"], "\(calls)")
  }

  @Test("a step whose goal holds by now is done when what it had begun has ended")
  func checkWhileRunning() async throws {
    let rig = try Rig()
    try rig.body(
      """
      step("a", { check = function() return world.has("w1", "made") end }, function() world.job("w1", "x") end)
      step("b", function() world.set("m", "b") end)
      """)
    try await rig.killed(after: 1)
    rig.world.state.withLock { _ = $0.marks.insert("w1:made") }
    endWhenSeen(rig)
    #expect(try await rig.goOn() == .succeeded)
    let calls = rig.world.calls
    #expect(calls.firstIndex { $0.hasPrefix("look") }! < calls.firstIndex(of: "set m:b")!, "\(calls)")
  }

  @Test("words that only look alike are not the same command")
  func lookAlike() async throws {
    let rig = try Rig()
    try rig.body(
      """
      step("a", function()
        if not world.has("w1", "begun") then world.set("w1", "begun") world.job("w1", "caf\\u{e9}") end
        world.job("w1", "cafe\\u{301}")
      end)
      """)
    try await rig.killed(after: 1)
    #expect(question(try await rig.goOn())?.path == "a")
  }

  @Test("a call that has finished is not done again before a command that may rest on it")
  func finishedBefore() async throws {
    let rig = try Rig()
    try rig.body(
      """
      step("a", { undo = function() end }, function()
        world.set("w1", "made")
        world.clear("w1", "made")
        world.job("w1", "x")
        world.set("w1", "made")
      end)
      """)
    try await rig.killed(after: 1)
    #expect(try await rig.goOn() == .succeeded)
    #expect(
      rig.world.calls == ["set w1:made", "clear w1:made", "job w1:x", "follow w1:x", "set w1:made"],
      "\(rig.world.calls)")
  }

  @Test("a step that changes something else than before waits for a person while what it had begun is unclaimed")
  func changesElsewhere() async throws {
    let rig = try Rig()
    try rig.body(
      """
      step("a", function()
        local round = world.has("w1", "1") and 2 or 1
        for round = round, 3 do
          world.job("w1", "round")
          world.set("w1", tostring(round))
        end
      end)
      """)
    try await rig.killed(after: 2)
    let asked = try #require(question(try await rig.goOn()))
    #expect(asked.message.contains("Requested now"))
    #expect(rig.begun == ["job w1:round": 2])
  }

  @Test(
    "what comes after a failure that the runbook survived is undone too",
    arguments: [
      "pcall(step, \"first\", { retry = { attempts = 1 } }, function() world.set(\"m\", \"bad\") end)",
      """
      parallel({ "a", "b" }, { max_failures = 1 }, function(name)
        if name == "b" then
          step("s", { retry = { attempts = 1 } }, function() world.set("m", "bad") end)
        end
      end)
      """,
    ])
  func undoneAfterFailure(_ failing: String) async throws {
    let rig = try Rig()
    try rig.body(
      failing + "\nstep(\"late\", { undo = function() world.clear(\"m\", \"late\") end }, function() "
        + "world.set(\"m\", \"late\") end)")
    rig.world.failNext("m:bad", times: 9)
    _ = try await rig.run()
    #expect(rig.world.marks == ["m:late"])
    #expect(try await rig.goOn(isRollback: true) == .succeeded)
    #expect(rig.world.marks == [])
  }

  @Test("a rollback asks a person to undo a step that the runbook does not come to any more")
  func undoNotReached() async throws {
    let rig = try Rig()
    try rig.body(
      """
      if not pcall(step, "first", { retry = { attempts = 1 } }, function() world.set("m", "first") end) then
        step("instead", { undo = function() world.clear("m", "instead") end }, function() world.set("m", "instead") end)
      end
      step("last", { undo = function() world.clear("m", "last") end }, function() world.set("m", "last") end)
      """)
    rig.world.failNext("m:first", times: 1)
    _ = try await rig.run()
    #expect(try await rig.goOn() == .succeeded)
    let asked = try #require(question(try await rig.goOn(process: 3, isRollback: true)))
    #expect(asked.path == "rollback/instead")
    #expect(asked.message.contains("m: mark instead"))
    #expect(rig.world.marks == ["m:first", "m:instead"])
    let record = try #require(try await rig.store.run("run1"))
    // Said that it is not done, it is asked for again.
    _ = try await rig.control(pid: 4).resolve(record, step: "rollback/instead", .retry, by: "ann")
    #expect(question(try await rig.goOn(process: 5, isRollback: true))?.path == "rollback/instead")
    _ = try await rig.control(pid: 6).resolve(record, step: "rollback/instead", .done, by: "ann")
    #expect(try await rig.goOn(process: 7, isRollback: true) == .succeeded)
    #expect(try await rig.state().status == .rolledBack)
  }
}
