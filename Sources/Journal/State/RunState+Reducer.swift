import Foundation
import Values

extension RunState {
  /// Takes in the next event. Kinds of later versions change nothing but ``lastSequence``.
  package mutating func apply(_ event: Event) {
    // An event that another process wrote meanwhile may be taken in later than the ones after it.
    lastSequence = max(lastSequence, event.sequence)
    if event.kind == .runImported {
      // Nothing that happened in the run.
      let mark = event.content(Event.RunImported.self)
      imported = RunImport(user: mark?.by ?? "", machine: mark?.from ?? "", at: event.at)
      return
    }
    lastAt = event.at
    if event.kind != .runPhase { phase = nil }
    switch event.kind {
    case .runPhase: phase = event.content(Event.RunPhase.self)?.text
    case .runCreated, .runStarted, .runSucceeded, .runRolledBack, .runFailed, .runConcluded, .runRefused,
      .runInterrupted,
      .runWaiting,
      .runDisplaced, .runPauseRequested, .runUnpaused, .runNote, .logMessage:
      applyToRun(event)
    case .changesAccepted: acceptedAsGone.formUnion(event.content(Event.ChangesAccepted.self)?.gone ?? [])
    case .valueRecorded:
      if let key = event.path { recordedValues[key] = event.content(Event.ValueRecorded.self)?.value ?? .null }
    case .approvalRequested, .approvalGranted, .approvalRejected:
      applyToApproval(event)
    case .stepStarted, .effectStarted, .effectLaunched, .effectClaimed, .effectEnded, .stepOutput, .attemptFailed,
      .stepSucceeded, .stepFailed, .stepReplayed:
      applyToStep(event)
    default:
      break
    }
  }

  private mutating func applyToRun(_ event: Event) {
    switch event.kind {
    case .runCreated:
      let content = event.content(Event.RunCreated.self)
      createdAt = event.at
      summary = content?.summary
      stack = content?.stack
      isSimulated = content?.simulated ?? false
    case .runStarted:
      let content = event.content(Event.RunStarted.self)
      executions += 1
      isRollingBack = content?.rollback ?? false
      executor = RunExecutor(
        machine: content?.machine ?? "", processID: content?.pid ?? 0, user: content?.user ?? "")
      if startedAt == nil { startedAt = event.at }
      stand(.running)
    case .runSucceeded: stand(.succeeded, since: event.at)
    case .runRolledBack: stand(.rolledBack, since: event.at)
    case .runFailed: stand(.failed, since: event.at, failure: event.content(Event.RunFailed.self)?.failure)
    case .runConcluded: stand(.findings, since: event.at, failure: event.content(Event.RunConcluded.self)?.failure)
    case .runRefused: stand(.refused, since: event.at, failure: event.content(Event.RunRefused.self)?.failure)
    case .runInterrupted:
      stand(.interrupted, since: event.at, reason: event.content(Event.RunInterrupted.self)?.reason)
    case .runWaiting:
      let content = event.content(Event.RunWaiting.self)
      stand(.waiting, since: event.at, reason: content?.reason)
      waitingMessage = content?.message
      waitingPath = event.path
      if content?.reason == "in_doubt", let index = event.path.flatMap({ stepIndex[$0] }) {
        steps[index].waitsForPerson = true
      }
    case .runDisplaced: stand(.displaced, since: event.at, reason: event.content(Event.RunDisplaced.self)?.run)
    case .runPauseRequested:
      // Requested just after the execution ended, it says nothing about the next one.
      guard status == .running else { return }
      pause = RunPause(by: event.content(Event.RunPauseRequested.self)?.by ?? "", at: event.at)
    case .runUnpaused: if status == .running { pause = nil }
    case .runNote:
      if let content = event.content(Event.RunNoted.self) { notes.append(RunNote(content, at: event.at)) }
    default:
      guard let content = event.content(Event.LogMessage.self) else { return }
      messages.append(RunMessage(level: content.level, text: content.text, at: event.at, path: event.path))
    }
  }

  /// Changes the status; the reason for the former one is forgotten.
  private mutating func stand(
    _ status: RunStatus, since finishedAt: Date? = nil, failure: Failure? = nil, reason: String? = nil
  ) {
    self.status = status
    self.finishedAt = finishedAt
    self.failure = failure
    self.reason = reason
    pause = nil
    waitingMessage = nil
    waitingPath = nil
  }

  private mutating func applyToApproval(_ event: Event) {
    guard let path = event.path else { return }
    let index =
      approvals.firstIndex { $0.path == path }
      ?? {
        approvals.append(Approval(path: path, message: ""))
        return approvals.count - 1
      }()
    if let request = event.content(Event.ApprovalRequested.self) {
      approvals[index].message = request.message
      if approvals[index].requestedAt == nil { approvals[index].requestedAt = event.at }
      return
    }
    let granted = event.content(Event.ApprovalGranted.self), rejected = event.content(Event.ApprovalRejected.self)
    approvals[index].answer = event.kind == .approvalGranted ? .granted : .rejected
    approvals[index].by = granted?.by ?? rejected?.by
    approvals[index].how = granted?.how ?? rejected?.how
    approvals[index].answeredAt = event.at
  }

  private mutating func applyToStep(_ event: Event) {
    guard let path = event.path else { return }
    if let host = event.host, event.content(Event.EffectStarted.self)?.reattaches == true { hostsWithJobs.insert(host) }
    let index = stepIndex[path] ?? appear(path, as: event.kind == .stepReplayed ? .succeeded : .started)
    counts.count(steps[index], by: -1)
    steps[index].apply(event, execution: executions)
    counts.count(steps[index], by: 1)
  }

  /// Adds a step that is seen for the first time, and returns its index.
  private mutating func appear(_ path: String, as status: StepStatus) -> Int {
    let index = steps.count
    steps.append(StepState(path: path, status: status))
    stepIndex[path] = index
    counts.count(steps[index], by: 1)
    return index
  }
}

extension RunNote {
  fileprivate init(_ content: Event.RunNoted, at date: Date) {
    let headings = content.headings ?? []
    self.init(
      title: content.title, items: content.items ?? [], headings: headings,
      rows: (content.rows ?? []).filter { $0.count == headings.count }, at: date)
  }
}

extension StepState {
  /// Takes in the next event of this step, which happened in that execution of the run.
  fileprivate mutating func apply(_ event: Event, execution: Int) {
    if let host = event.host, self.host == nil || event.kind == .stepStarted { self.host = host }
    if let attempt = event.attempt { self.attempt = attempt }
    if [.stepStarted, .attemptFailed, .stepSucceeded, .stepFailed].contains(event.kind) { waitsForPerson = false }
    switch event.kind {
    case .stepStarted:
      begin(at: event.at, execution: execution)
      let content = event.content(Event.StepStarted.self)
      if let location = content?.location { self.location = location }
      if content?.undo == true { hasUndo = true }
    case .effectStarted: if let content = event.content(Event.EffectStarted.self) { began(EffectState(content, event)) }
    case .effectLaunched: change(event.content(Event.EffectLaunched.self)?.call) { $0.isLaunched = true }
    case .effectClaimed:
      let call = event.content(Event.EffectClaimed.self)?.call
      if let effect = (open + repeatable).first(where: { $0.call == call }) { effects.append(effect) }
    case .effectEnded:
      let content = event.content(Event.EffectEnded.self)
      change(content?.call) { $0.result = content?.result }
      ended(content?.call, content?.outcome)
    case .stepOutput:
      append(OutputText.of(event), at: event.at, host: event.host)
    case .attemptFailed:
      let content = event.content(Event.AttemptFailed.self)
      status = .retrying
      failure = content?.failure
      settle(open: content?.open, isSettled: content?.settled)
      retryAt = event.at.addingTimeInterval(content?.retryAfter ?? 0)
      if let attempts = content?.attempts { maximumAttempts = attempts }
    case .stepSucceeded:
      let content = event.content(Event.StepSucceeded.self)
      end(as: .succeeded, at: event.at, failure: nil)
      letGo()
      result = content?.result ?? .null
      outcome = content?.outcome ?? .executed
      reusedFrom = content?.run
    case .stepFailed:
      let content = event.content(Event.StepFailed.self)
      end(as: .failed, at: event.at, failure: content?.failure)
      settle(open: content?.open, isSettled: content?.settled)
    default:
      isReplayed = true
    }
  }

  private mutating func begin(at date: Date, execution: Int) {
    if startedAt == nil || self.execution != execution { startedAt = date }
    self.execution = execution
    status = .started
    attemptStartedAt = date
    endedAt = nil
    retryAt = nil
    outcome = nil
    result = nil
    isReplayed = false
    if !effects.isEmpty || !open.isEmpty { hasActedBefore = true }
    effects = []
    forgetRepeatable()
  }

  /// If nothing is continued, everything is done again.
  private mutating func forgetRepeatable() {
    if open.isEmpty { repeatable = [] }
  }

  private mutating func began(_ effect: EffectState) {
    effects.append(effect)
    guard effect.isIdempotent else { return open.append(effect) }
    if !effect.call.isEmpty { repeatable.append(effect) }
    // Done again instead of followed: what is left of it has to end first.
    if effect.isFoundAgain { loose.append(effect) }
  }

  private mutating func change(_ call: String?, _ change: (inout EffectState) -> Void) {
    guard let call else { return }
    for index in open.indices where open[index].call == call { change(&open[index]) }
    for index in loose.indices where loose[index].call == call { change(&loose[index]) }
    for index in repeatable.indices where repeatable[index].call == call { change(&repeatable[index]) }
  }

  private mutating func ended(_ call: String?, _ outcome: EffectOutcome?) {
    guard let outcome else { return }
    change(call) { $0.outcome = outcome }
    // One that ended by itself is not begun again by the attempt that continues; the others may be.
    open.removeAll { $0.outcome == .notBegun || $0.outcome == .ended }
    loose.removeAll { $0.outcome != nil }
  }

  /// After an attempt that failed: what stays open for the next one.
  private mutating func settle(open calls: [String]?, isSettled: Bool?) {
    if isSettled == true { return letGo() }
    guard failure?.leavesDoubt != true else { return }
    let calls = Set(calls ?? [])
    open.removeAll { !calls.contains($0.call) }
    forgetRepeatable()
  }

  /// Nothing stays open: the outcome of the step is known. Commands that may still run are kept apart.
  private mutating func letGo() {
    loose += open.filter { $0.isFoundAgain && $0.outcome == nil }
    open = []
    forgetRepeatable()
  }

  private mutating func end(as status: StepStatus, at date: Date, failure: Failure?) {
    self.status = status
    self.failure = failure
    endedAt = date
    retryAt = nil
  }
}

extension EffectState {
  fileprivate init(_ content: Event.EffectStarted, _ event: Event) {
    self.init(
      primitive: content.primitive, isIdempotent: content.idempotent, reattaches: content.reattaches,
      commands: content.command, call: content.call, attempt: event.attempt ?? 1, host: event.host,
      words: content.words, input: content.input, branch: content.branch ?? "", site: content.site ?? [:],
      begunAt: event.at)
  }
}
