import Foundation
import Journal
import LuaVM
import Values

/// Carries steps out for real, with a checkpoint for each.
struct LiveDriver: StepDriver {
  let run: String
  let recorder: Recorder
  /// What the journal said when this execution began.
  let history: RunState
  let conversion: Conversion
  let clock: any EngineClock
  let stop: StopSignal
  /// Holds the run while a pause is requested.
  let pause: PauseGate
  /// Answers an approval: who approved it and how, or `nil` when no one can answer.
  let approver: Approver
  let recordedValues: RecordedValues
  /// The right to change the hosts and their swarm.
  let locks: RunLocks?
  /// Admits one new step at a time, where everything is replayed after each.
  let replay: ReplayGate?
  /// Asks hosts about commands that no step follows.
  let commands: HostCommands
  /// The steps that were done when this execution, or pass, began.
  let done: DoneSteps
  /// The steps in doubt.
  let doubtful: DoubtfulSteps
  /// What the operator decided about a runbook that has changed, or takes a different path.
  let changes: ChangePolicy

  func step(_ request: StepRequest) async throws -> LuaValue {
    let path = request.path
    done.cameTo(path)
    let earlier = history.step(at: path)
    if let earlier, earlier.status == .succeeded {
      try await waitForLoose(earlier)
      await recorder.show(
        recorder.event(Event.StepReplayed(), path: path, attempt: earlier.attempt, host: earlier.host))
      return conversion.lua(earlier.result ?? .null)
    }
    // A later pass of this execution: the step had its turn, and the runbook continued.
    if replay != nil, let earlier, earlier.status == .failed, earlier.execution == history.executions,
      let failure = earlier.failure
    {
      throw failure
    }
    try await pause.pass(stop, request.scope)
    try await Cancellation.check(stop, request.scope)
    var attempt = earlier?.attempt ?? 0
    if let earlier, earlier.isInDoubt {
      let doubt = StepDoubt(step: earlier, options: request.options)
      if doubt.needsPerson {
        let isDone = try await askPerson(
          request, attempt: attempt,
          "the run ended while this step was being carried out, and it is not known whether it was: \(doubt.detail)")
        if isDone { return .nil }
      } else if doubt.goesOnWithAttempt {
        // The attempt continues: its calls find what they left on the hosts.
        attempt -= 1
      }
    }
    // A pause that began before a restart continues where it was.
    if earlier?.status == .retrying, let due = earlier?.retryAt {
      let rest = due.timeIntervalSince(clock.now())
      if rest > 0 { try await clock.sleep(seconds: rest, unless: stop) }
    }
    try replay?.admit(path)
    if earlier == nil {
      try await refuseOtherWay(at: request)
      try await waitForPassed(by: path)
    }
    let first = attempt
    let began = clock.now()
    while true {
      attempt += 1
      let known = earlier == nil && attempt == 1 ? nil : await recorder.step(at: path)
      let frame = StepFrame(
        path: path, attempt: attempt, host: request.host,
        mayRepeat: request.options.isIdempotent || request.check != nil,
        ledger: CallLedger(open: (known?.open ?? []).filter(\.isFoundAgain), repeatable: known?.repeatable ?? []))
      try await recorder.record(
        recorder.event(
          Event.StepStarted(location: request.location, undo: request.options.undo == nil ? nil : true), frame))
      do {
        try await endLoose(known?.loose ?? [], frame)
        return try await carryOut(request, frame)
      } catch let differ as CallsDiffer {
        if try await settle(differ, request, frame) { return .nil }
      } catch let failure as Failure {
        let elapsed = clock.now().timeIntervalSince(began)
        if try await settle(failure, request, frame, attempt - first, elapsed) { return .nil }
      }
    }
  }

  /// One attempt: the check, then the step itself. Records the checkpoint.
  private func carryOut(_ request: StepRequest, _ frame: StepFrame) async throws -> LuaValue {
    if let check = request.check {
      let checkFrame = StepFrame(path: frame.path, attempt: frame.attempt, host: frame.host, isCheck: true)
      let answer = try await TaskContext.$step.withValue(checkFrame) {
        try await mapped(request, frame) { try await check() }
      }
      if answer.isTruthy {
        // Commands of the step may still be running, though its goal already holds.
        for effect in frame.ledger.unclaimed where effect.outcome == nil { try await waitForEnd(effect, frame) }
        var result = answer
        if case .bool = answer { result = .nil }
        return try await succeed(result, .alreadySo, request, frame)
      }
    }
    let result = try await TaskContext.$step.withValue(frame) {
      try await mapped(request, frame) { try await limited(request, frame) }
    }
    // Calls that were begun before and are not made any more: it is not known whether the step is done without them.
    let left = frame.ledger.unclaimed
    if !left.isEmpty { throw CallsDiffer(begun: left, wanted: []) }
    let calls = frame.calls
    let outcome: StepOutcome =
      calls.changing == 0 ? .read : calls.changing == calls.unchanged ? .alreadySo : .executed
    return try await succeed(result, outcome, request, frame)
  }

  private func succeed(
    _ result: LuaValue, _ outcome: StepOutcome, _ request: StepRequest, _ frame: StepFrame
  ) async throws -> LuaValue {
    let value = try conversion.value(result, what: "what the step returned")
    try await recorder.record(
      recorder.event(Event.StepSucceeded(result: recorder.secrets.concealed(value), outcome: outcome), frame))
    // Returned in the same way as on replay, so that both look the same to the script.
    return conversion.lua(value)
  }

  /// Runs the body within its time limit; after that, its commands on hosts are ended there.
  private func limited(_ request: StepRequest, _ frame: StepFrame) async throws -> LuaValue {
    guard let timeout = request.options.timeout else { return try await request.body() }
    do {
      return try await withThrowingTaskGroup(of: LuaValue.self) { group in
        group.addTask { try await request.body() }
        group.addTask {
          try await clock.limit(seconds: timeout.seconds)
          throw AttemptOverdue()
        }
        defer { group.cancelAll() }
        return try await group.next()!
      }
    } catch is AttemptOverdue {
      throw await overdue(timeout, frame)
    }
  }

  /// Turns whatever the body threw into a ``Failure`` that knows its step.
  private func mapped<Result: Sendable>(
    _ request: StepRequest, _ frame: StepFrame, _ work: () async throws -> Result
  ) async throws -> Result {
    do {
      return try await work()
    } catch let error as any UncatchableError where !(error is CallInDoubt) {
      throw error
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      var failure = FailureMapping.failure(error)
      failure.step = failure.step ?? request.path
      failure.host = failure.host ?? request.host
      failure.location = failure.location ?? request.location
      throw recorder.secrets.hidden(failure)
    }
  }
}

/// An attempt has taken longer than it may.
private struct AttemptOverdue: Error {}
