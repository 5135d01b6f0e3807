import Foundation
import Journal
import Values

/// Decides about a step whose attempt failed, or of which it is not known whether it was carried out.
extension LiveDriver {
  /// Decides what a failed attempt means: throws, or returns for another attempt; true when the operator said that the
  /// step is done.
  func settle(
    _ failure: Failure, _ request: StepRequest, _ frame: StepFrame, _ done: Int, _ elapsed: Double
  ) async throws -> Bool {
    var failure = failure
    // A temporary failure ends the attempt, not its work: the next one continues that, unless the author wants the
    // whole step tried again.
    let open = await openCalls(frame, withFinished: failure.isRetryable && request.options.retry == nil)
    let undecided = open.filter { $0.outcome == nil }
    if !undecided.isEmpty { failure.leavesDoubt = true }
    let mayRepeat = frame.mayRepeat
    let isHarmless = frame.calls.isIdempotent && undecided.isEmpty
    // While the host is unreachable the doubt is temporary: the next attempt, or a resume, finds its work on the host.
    let isFoundAgain = !undecided.isEmpty && undecided.allSatisfy(\.isFoundAgain) && failure.isRetryable
    if failure.leavesDoubt && !mayRepeat && !isHarmless && !isFoundAgain {
      return try await askPerson(
        request, attempt: frame.attempt,
        "\(failure.message.trimmingCharacters(in: ["."])), so it is not known whether the step was carried out")
    }
    let policy =
      request.options.retry ?? (mayRepeat || isHarmless ? .standard : RetryPolicy(attempts: 1))
    let pause = policy.pause(after: done, random: Double.random(in: 0..<1))
    // Another attempt can't find lost work either: it is ended where it still runs, and the step is done again.
    let isLost = failure.leavesDoubt && mayRepeat && !failure.isRetryable
    let isTriedAgain =
      done < policy.attempts && elapsed + pause <= policy.total && (isLost || policy.covers(failure)) && !stop.isRaised
      && !request.scope.isHalted
    let calls = isLost || open.isEmpty ? nil : open.map(\.call), settled = isLost ? true : nil
    guard isTriedAgain else {
      try await recorder.record(
        recorder.event(Event.StepFailed(failure: failure, open: calls, settled: settled), frame))
      if !undecided.isEmpty, !isLost { doubtful.failed(request.path) }
      throw failure
    }
    try await recorder.record(
      recorder.event(
        Event.AttemptFailed(
          failure: failure, retryAfter: pause, attempts: policy.attempts, open: calls, settled: settled), frame))
    try await clock.sleep(seconds: pause, unless: stop)
    return false
  }

  /// What the next attempt must consider: calls that earlier attempts began and this one did not reach, and calls that
  /// this one began without a known end.
  private func openCalls(_ frame: StepFrame, withFinished: Bool) async -> [EffectState] {
    let unclaimed = Set(frame.ledger.unclaimed.map(\.call)), own = frame.ledger.own
    return (await recorder.step(at: frame.path)?.open ?? []).compactMap { effect in
      guard let own = own[effect.call] else {
        return unclaimed.contains(effect.call) || !effect.isFoundAgain ? effect : nil
      }
      // The journal may learn of the end a moment later.
      return own.outcome == nil || withFinished ? own : nil
    }
  }

  /// The step makes calls that differ from those that it had begun. If repeating does no harm, running calls end first,
  /// and the step is tried again; else the operator compares both. True when the step is done.
  func settle(_ differ: CallsDiffer, _ request: StepRequest, _ frame: StepFrame) async throws -> Bool {
    if frame.mayRepeat {
      for effect in differ.begun { try await waitForEnd(effect, frame) }
      return false
    }
    var begun: [String] = []
    for effect in differ.begun { begun.append(await described(effect)) }
    var message =
      "the step now does something different from what it had begun, so it is not known what is done.\n"
      + "Begun before:\n" + begun.map { "  \($0)" }.joined(separator: "\n")
    message += "\nRequested now:\n"
    message += differ.wanted.isEmpty ? "  nothing more" : differ.wanted.map { "  \($0)" }.joined(separator: "\n")
    if differ.begun.contains(where: { differ.wanted.contains(Self.shown($0.text, $0.host)) }) {
      message += "\nWhere both look the same, their inputs differ."
    }
    return try await askPerson(request, attempt: frame.attempt, message)
  }

  /// A command that was begun, and its status, for people.
  func described(_ effect: EffectState) async -> String {
    let text = Self.shown(effect.text, effect.host)
    switch try? await commands.look(run, effect) {
    case .running: return "\(text) (it still runs)"
    case .over(let how): return "\(text) (it \(how))"
    case .notBegun: return "\(text) (it was not begun)"
    case .unknown(let why): return "\(text) (\(why))"
    case nil: return "\(text) (its host can't be asked now)"
    }
  }

  /// Waits until a command of an earlier attempt has come to its end, and records that.
  func waitForEnd(_ effect: EffectState, _ frame: StepFrame) async throws {
    while true {
      switch try await commands.look(run, effect) {
      case .running: try await clock.sleep(seconds: 1, unless: stop)
      case .unknown(let why): return try await letGo(effect, why, frame)
      case .over, .notBegun:
        try await recorder.record(event(Event.EffectEnded(call: effect.call, outcome: .ended), effect, frame))
        return
      }
    }
  }

  /// Ends commands that the operator, or a check, has declared settled and that may still run, so that they can't
  /// disturb the next ones.
  func endLoose(_ effects: [EffectState], _ frame: StepFrame) async throws {
    for effect in effects {
      if case .over? = try? await commands.look(run, effect) {
        try await finished(effect, frame)
      } else if let why = try await end(effect, frame) {
        try await letGo(effect, why, frame)
      }
    }
  }

  /// A command that the operator, a check or the author has settled can't be found any more: a warning says so, and it
  /// is not looked for again.
  func letGo(_ effect: EffectState, _ why: String, _ frame: StepFrame) async throws {
    await warn("can't find out whether it still runs: \(Self.shown(effect.text, effect.host)) \(why)", in: frame)
    try await recorder.record(event(Event.EffectEnded(call: effect.call, outcome: .ended), effect, frame))
  }

  /// Waits for the end of commands that the operator, or a check, has declared settled and that still run, when the
  /// step is not carried out again. It does not wait for a host that can't be asked: the host may be gone.
  func waitForLoose(_ step: StepState) async throws {
    for effect in await recorder.step(at: step.path)?.loose ?? [] where effect.isFoundAgain && effect.outcome == nil {
      let frame = StepFrame(path: step.path, attempt: step.attempt, host: step.host)
      switch try? await commands.look(run, effect) {
      case .running: break
      case .over, .notBegun:
        try await finished(effect, frame)
        continue
      case .unknown, nil: continue
      }
      await warn(
        "the step \"\(step.path)\" has left a command that still runs; waiting for its end: "
          + Self.shown(effect.text, effect.host), in: frame)
      try await waitForEnd(effect, frame)
    }
  }

  /// Records that a command has come to its end by itself.
  func finished(_ effect: EffectState, _ frame: StepFrame) async throws {
    frame.ledger.ended(effect.call, .finished)
    try await recorder.record(event(Event.EffectEnded(call: effect.call, outcome: .finished), effect, frame))
  }

  /// Ends a command on its host, verifies that, and records it. If its traces are gone, it returns why it can't verify
  /// it, and records nothing.
  func end(_ effect: EffectState, _ frame: StepFrame) async throws -> String? {
    if case .unknown(let why) = try await commands.end(run, effect) { return why }
    frame.ledger.ended(effect.call, .ended)
    try await recorder.record(
      event(Event.EffectEnded(call: effect.call, outcome: .ended, text: effect.text), effect, frame))
    return nil
  }

  /// The attempt has taken longer than it may: ends its commands on hosts, and reports the result.
  func overdue(_ timeout: Duration, _ frame: StepFrame) async -> Failure {
    let took = "the attempt took longer than \(timeout.seconds.formatted()) s"
    var ended: [String] = [], left: [Failure] = []
    for effect in frame.ledger.undecided where effect.isFoundAgain {
      do {
        if let why = try await end(effect, frame) {
          throw Failure(
            .stepTimeout, "it \(why)", host: effect.host,
            hint: "check on the host whether it still runs; a resume asks for the outcome of the step")
        }
        ended.append(Self.shown(effect.text, effect.host))
      } catch let error {
        var failure = FailureMapping.failure(error)
        failure.message = "`\(effect.text)` could not be ended: \(failure.message)"
        failure.host = failure.host ?? effect.host
        left.append(failure)
      }
    }
    if let first = left.first {
      return Failure(
        .stepTimeout, "\(took), and its commands may still run", host: first.host,
        cause: first.message + (first.cause.map { " (\($0))" } ?? ""),
        hint: first.hint ?? "resume when the host can be reached: the step continues what runs there",
        isRetryable: true,
        leavesDoubt: true, related: left.count > 1 ? left : [])
    }
    let calls = frame.calls
    let isOpen = !frame.ledger.undecided.isEmpty || calls.isIdempotent && calls.changing > 0
    return Failure(
      .stepTimeout, took + (ended.isEmpty ? "" : "; ended on its host: \(ended.joined(separator: "; "))"),
      isRetryable: true, leavesDoubt: isOpen)
  }

  /// Asks the operator for the outcome of the step: true when it is done, false when it must be carried out. Throws
  /// ``PersonNeeded`` when no one can answer.
  func askPerson(_ request: StepRequest, attempt: Int, _ message: String) async throws -> Bool {
    try await askPerson(request.path, on: request.host, attempt: attempt, message)
  }

  func askPerson(_ path: String, on host: String?, attempt: Int, _ message: String) async throws -> Bool {
    guard let answer = try await approver.settle(path, message) else {
      try await recorder.record(
        recorder.event(
          Event.RunWaiting(reason: "in_doubt", message: message), path: path, attempt: attempt, host: host))
      throw PersonNeeded(reason: "in_doubt", path: path, message: message)
    }
    let event = StepResolution(path: path, attempt: attempt, host: host, answer: answer)
      .event(at: clock.now(), by: approver.user, how: "terminal")
    try await recorder.record(event)
    if answer == .fail { throw StepResolution.failure(path) }
    return answer == .done
  }
}

/// Steps that are done, but that the runbook no longer reaches although it is unchanged.
extension LiveDriver {
  /// A new step begins: all done steps of its scope came before it, and have returned their results again. If not, the
  /// runbook decides by something that was not recorded, for example a variable that a step's function has set, and
  /// takes a different path.
  func refuseOtherWay(at request: StepRequest) async throws {
    guard history.executions > 0 else { return }
    let gone = await recorder.state.acceptedAsGone
    let missed = done.missed(inScopeOf: request.path).filter { !gone.contains($0.path) }
    guard let first = missed.first else { return }
    if let answer = try await acceptance(of: missed), answer.isYes {
      let sentences = RunDifferences.gone(missed).sentences.map(\.message)
      try await recorder.record(
        recorder.event(
          Event.ChangesAccepted(differences: sentences, gone: missed.map(\.path), by: answer.by, how: answer.how)))
      return
    }
    throw Failure(
      .diverged,
      "the runbook takes a different path than before: it begins \"\(request.path)\" without having reached "
        + missed.prefix(5).map { "\"\($0.path)\"" }.joined(separator: ", ") + ", which is done",
      step: request.path, location: request.location,
      cause:
        "it decides by something that is not the same in each execution: a variable that a step's function sets, a file "
        + "that was edited, or a step that failed before and is done now",
      hint:
        "see what is done: runbook show \(run) (the step is in line \(first.location?.line ?? 0) of the runbook). To "
        + "skip it: runbook resume \(run) --accept-changes. Else have each step return what later steps need; runbook "
        + "check finds many such places",
      related: missed.map {
        Failure(
          .leftBehind, "\"\($0.path)\" is done, but the runbook does not reach it", step: $0.path,
          location: $0.location)
      })
  }

  /// The steps that a failure has reported as skipped.
  private static func leftBehind(_ failure: Failure?) -> Set<String> {
    guard let failure else { return [] }
    let own = failure.code == .leftBehind ? Set([failure.step].compactMap(\.self)) : []
    return failure.related.reduce(into: own) { $0.formUnion(leftBehind($1)) }
  }

  /// The operator's answer about skipping done steps. An answer given beforehand counts once the steps have been
  /// reported.
  private func acceptance(of missed: [StepState]) async throws -> Approver.Answer? {
    switch changes {
    case .ask(let ask): try await ask(RunDifferences.gone(missed))
    case .accept(let by):
      Set(missed.map(\.path)).isSubset(of: Self.leftBehind(history.failure))
        ? .init(isYes: true, by: by, how: "option") : nil
    case .refuse: nil
    }
  }
}

/// Steps in doubt that the runbook no longer reaches: their names were edited, or it decides differently.
extension LiveDriver {
  /// Those that this execution has not reached, and that come before a step of this path if it is reached now: in its
  /// scope, in one around it or in one inside of that. For other scopes that is unknown, since branches run side by
  /// side.
  private func passed(by path: String) async -> [StepState] {
    guard !doubtful.atStart.isEmpty else { return [] }
    let state = await recorder.state
    return near(path, doubtful.atStart.map(\.path), in: state).filter { $0.execution < state.executions }
  }

  private func near(_ path: String, _ doubtful: [String], in state: RunState) -> [StepState] {
    if path.hasPrefix(RollbackDriver.prefix) { return [] }
    let scope = path.split(separator: "/").dropLast().map(String.init)
    return doubtful.compactMap { state.step(at: $0) }.filter { step in
      (scope.starts(with: step.scope) || step.scope.starts(with: scope)) && (step.isInDoubt || !step.loose.isEmpty)
    }
  }

  /// A step begins for the first time: waits for commands on hosts that earlier steps have left running.
  func waitForPassed(by path: String) async throws {
    for step in await passed(by: path) {
      try await waitForLoose(step)
      for effect in step.open where effect.isFoundAgain && effect.outcome == nil {
        while case .running = try await commands.look(run, effect) { try await clock.sleep(seconds: 1, unless: stop) }
      }
    }
  }

  /// A call is about to begin: if one of those steps had begun the same call, the operator settles that first.
  func settlePassed(by path: String, _ identity: CallIdentity, _ wanted: String) async throws {
    let failed = doubtful.failed.filter { $0 != path }
    let since = failed.isEmpty ? [] : near(path, failed, in: await recorder.state)
    for step in await passed(by: path) + since where step.open.contains(where: { $0.isSame(as: identity) }) {
      let message = try await left(
        step,
        "it is in doubt, the runbook has passed it, and the step \"\(path)\" is about to do the same: \(wanted)")
      _ = try await askPerson(step.path, on: step.host, attempt: step.attempt, message)
    }
  }

  /// The script is at its end: the operator settles steps that were begun and not reached again.
  func settleLeft() async throws {
    for step in await recorder.state.steps where !step.path.hasPrefix(RollbackDriver.prefix) {
      try await waitForLoose(step)
    }
    for step in await recorder.state.steps where step.isInDoubt && !step.path.hasPrefix(RollbackDriver.prefix) {
      let message = try await left(
        step,
        "it was begun, but the runbook no longer reaches it, so it is not known whether it was carried out")
      _ = try await askPerson(step.path, on: step.host, attempt: step.attempt, message)
    }
  }

  private func left(_ step: StepState, _ message: String) async throws -> String {
    var begun: [String] = []
    for effect in step.open { begun.append("  " + (await described(effect))) }
    return begun.isEmpty ? message : "\(message)\nBegun before:\n\(begun.joined(separator: "\n"))"
  }
}
