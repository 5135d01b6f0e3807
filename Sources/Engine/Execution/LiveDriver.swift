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
  /// Holds the run while a person wants it paused.
  let pause: PauseGate
  /// Answers an approval: who said yes and how, or `nil` when nobody is there.
  let approver: Approver
  let recordedValues: RecordedValues
  /// The right to change the hosts and their swarm.
  let targets: TargetLeases?
  /// Admits one new step at a time, where everything is replayed after each.
  let replay: ReplayGate?

  func step(_ request: StepRequest) async throws -> LuaValue {
    let path = request.path
    replay?.reached(path)
    let earlier = history.step(at: path)
    if let earlier, earlier.status == .succeeded {
      await recorder.show(
        recorder.event(.stepReplayed, path: path, attempt: earlier.attempt, host: earlier.host))
      return conversion.lua(earlier.result ?? .null)
    }
    // A later pass of this execution: the step had its turn, and the runbook went on.
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
        // The same attempt again finds what it left on the hosts.
        attempt -= 1
      }
    }
    // A pause that began before a restart goes on where it was.
    if earlier?.status == .retrying, let due = earlier?.retryAt {
      let rest = due.timeIntervalSince(clock.now())
      if rest > 0 { try await clock.sleep(seconds: rest, unless: stop) }
    }
    try replay?.admit(path)
    let first = attempt
    let began = clock.now()
    while true {
      attempt += 1
      let frame = StepFrame(path: path, attempt: attempt, host: request.host)
      try await recorder.record(
        recorder.event(
          .stepStarted, path: path, attempt: attempt, host: request.host,
          request.place.map { ["place": .string($0.description)] } ?? [:]))
      do {
        return try await carryOut(request, frame)
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
      let answer = try await Surroundings.$step.withValue(checkFrame) {
        try await mapped(request, frame) { try await check() }
      }
      if answer.isTruthy {
        var result = answer
        if case .bool = answer { result = .nil }
        return try await succeed(result, "already_so", request, frame)
      }
    }
    let result = try await Surroundings.$step.withValue(frame) {
      try await mapped(request, frame) { try await limited(request, frame) }
    }
    let calls = frame.calls
    let outcome = calls.changing == 0 ? "read" : calls.changing == calls.unchanged ? "already_so" : "executed"
    return try await succeed(result, outcome, request, frame)
  }

  private func succeed(
    _ result: LuaValue, _ outcome: String, _ request: StepRequest, _ frame: StepFrame
  ) async throws -> LuaValue {
    let value = try conversion.value(result, what: "what the step returned")
    try await recorder.record(
      recorder.event(
        .stepSucceeded, path: frame.path, attempt: frame.attempt, host: frame.host,
        ["result": value, "outcome": .string(outcome)]))
    // Handed back by the same way as on replay, so that both look the same to the script.
    return conversion.lua(value)
  }

  /// Runs the body within its time limit.
  private func limited(_ request: StepRequest, _ frame: StepFrame) async throws -> LuaValue {
    guard let timeout = request.options.timeout else { return try await request.body() }
    return try await withThrowingTaskGroup(of: LuaValue.self) { group in
      group.addTask { try await request.body() }
      group.addTask {
        try await clock.limit(seconds: timeout.seconds)
        throw Failure(
          .stepTimeout, "the attempt took longer than \(timeout.seconds.formatted()) s and was ended",
          isRetryable: true, leavesDoubt: true)
      }
      defer { group.cancelAll() }
      return try await group.next()!
    }
  }

  /// Turns whatever the body threw into a ``Failure`` that knows its step.
  private func mapped<Result: Sendable>(
    _ request: StepRequest, _ frame: StepFrame, _ work: () async throws -> Result
  ) async throws -> Result {
    do {
      return try await work()
    } catch let error as any UncatchableError {
      throw error
    } catch is CancellationError {
      throw CancellationError()
    } catch {
      var failure = FailureMapping.failure(error)
      failure.step = failure.step ?? request.path
      failure.host = failure.host ?? request.host
      failure.place = failure.place ?? request.place
      throw failure
    }
  }

  func perform(_ call: PrimitiveCall, in frame: StepFrame) async throws -> LuaValue {
    try Task.checkCancellation()
    if case .changes = call.primitive.effect {
      try await targets?.admit(call.arguments.named, choices: call.arguments.choices)
    }
    let commands = call.primitive.commands(call.arguments.arguments)
    let number = frame.began(call.primitive.effect, commands: commands)
    if case .changes(let repetition) = call.primitive.effect {
      try await recorder.record(
        recorder.event(
          .effectStarted, path: frame.path, attempt: frame.attempt,
          host: commands.first?.host ?? call.arguments.hosts.first,
          [
            "primitive": .string(call.name), "idempotent": .bool(repetition == .idempotent),
            "reattaches": .bool(repetition == .reattaching),
            "command": .array(
              commands.map { ["host": $0.host.map { .string($0) } ?? .null, "text": .string($0.text)] }),
          ]))
    }
    let recorder = recorder
    let context = EffectContext(
      run: run, path: frame.path, attempt: frame.attempt, call: number,
      output: { line, host in
        let event = recorder.event(
          .stepOutput, path: frame.path, attempt: frame.attempt, host: host ?? frame.host, ["text": .string(line)])
        recorder.keep(event)
      },
      unchanged: { frame.saidUnchanged() })
    return conversion.lua(try await call.primitive.perform(call.arguments.arguments, context))
  }
}
