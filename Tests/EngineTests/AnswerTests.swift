import Engine
import Journal
import TestSupport
import Testing
import Values

/// What a person answers, at the terminal or by a command of its own.
@Suite(.usualTimeLimit) struct AnswerTests {
  /// A run that ended while `once` was under way.
  private func inDoubt() async throws -> (Rig, RunRecord) {
    let rig = try Rig()
    try rig.body(
      """
      scope("one", function() step("a", function() world.once("w1", "x") return "result" end) end)
      step("b", function() world.set("w1", "b") end)
      """)
    let record = try await rig.create()
    _ = try await rig.runner(store: CrashingStore(rig.store, after: 3)).execute(record, rig.source)
    return (rig, record)
  }

  @Test("done: the step counts as carried out and the run goes on behind it")
  func done() async throws {
    let (rig, record) = try await inDoubt()
    #expect(try await rig.control(pid: 3).resolve(record, step: "a", .done, by: "ann") == "one/a")
    #expect(try await rig.resume() == .succeeded)
    #expect(rig.world.calls == ["once w1:x", "set w1:b"])
    #expect(try await rig.state().step(at: "one/a")?.outcome == .resolved)
    #expect(try await rig.events(.stepSucceeded).first?.payload["by"] == "ann")
  }

  @Test("retry: the step is carried out")
  func retry() async throws {
    let (rig, record) = try await inDoubt()
    _ = try await rig.control(pid: 3).resolve(record, step: "one/a", .retry, by: "ann")
    #expect(try await rig.resume() == .succeeded)
    #expect(rig.world.calls == ["once w1:x", "once w1:x", "set w1:b"])
  }

  @Test("fail: the step is failed and no longer in doubt")
  func fail() async throws {
    let (rig, record) = try await inDoubt()
    _ = try await rig.control(pid: 3).resolve(record, step: "a", .fail, by: "ann")
    #expect(try await rig.state().step(at: "one/a")?.status == .failed)
    #expect(try await rig.state().step(at: "one/a")?.isInDoubt == false)
  }

  @Test("a step that is not in doubt, or not one alone, can't be resolved")
  func wrongStep() async throws {
    let (rig, record) = try await inDoubt()
    let failure = await failure { try await rig.control(pid: 3).resolve(record, step: "b", .done, by: "ann") }
    #expect(failure?.code == .stepUnknown)
    #expect(failure?.hint?.contains("one/a") == true)
  }

  @Test("the person at the terminal is asked on resume")
  func atTheTerminal() async throws {
    for (answer, calls) in [(DoubtAnswer.done, 1), (.retry, 2)] {
      let (rig, _) = try await inDoubt()
      var approver = Approver(settle: { path, _ in path == "one/a" ? answer : nil }, ask: { _ in nil })
      approver.user = "ann"
      #expect(try await rig.resume(approver: approver) == .succeeded)
      #expect(rig.world.calls.filter { $0 == "once w1:x" }.count == calls)
    }
    let (rig, _) = try await inDoubt()
    let outcome = try await rig.resume(approver: Approver(settle: { _, _ in .fail }, ask: { _ in nil }))
    #expect(outcome.failure?.code == "step.declared_failed")
  }

  @Test("an approval is granted or rejected by a command, and by nobody while the run is executed")
  func approvals() async throws {
    let rig = try Rig()
    try rig.body("approve(\"Go?\")\nstep(\"a\", function() world.set(\"m\", \"x\") end)")
    let record = try await rig.create()
    let before = await failure { try await rig.control().answer(record, isYes: true, by: "ann") }
    #expect(before?.code == .approvalMissing)
    _ = try await rig.runner().execute(record, rig.source)
    #expect(try await rig.control(pid: 3).answer(record, isYes: true, by: "ann") == ["Go?"])
    let isHeld = Box<Failure?>(nil)
    let other = rig.control(pid: 4)
    rig.world.onCall { _ in
      do { _ = try await other.answer(record, isYes: false, by: "bob") } catch { isHeld.value = error as? Failure }
    }
    #expect(try await rig.resume() == .succeeded)
    #expect(isHeld.value?.code == .runHeld)
    #expect(try await rig.events(.approvalGranted).first?.payload["by"] == "ann")
  }
}
