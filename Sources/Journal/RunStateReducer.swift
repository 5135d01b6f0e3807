import Foundation
import Values

extension RunState {
  /// Takes in the next event. Kinds of later versions change nothing but ``lastSequence``.
  public mutating func apply(_ event: Event) {
    // What another process wrote meanwhile may be taken in later than what came after it.
    lastSequence = max(lastSequence, event.sequence)
    if event.kind == .runImported {
      // Nothing that happened in the run.
      imported = RunImport(
        user: event.payload["by"]?.stringValue ?? "", machine: event.payload["from"]?.stringValue ?? "", at: event.at)
      return
    }
    lastAt = event.at
    if event.kind != .runPhase { phase = nil }
    switch event.kind {
    case .runPhase: phase = event.payload["text"]?.stringValue
    case .runCreated, .runStarted, .runSucceeded, .runRolledBack, .runFailed, .runConcluded, .runRefused,
      .runInterrupted,
      .runWaiting,
      .runDisplaced, .runPauseRequested, .runUnpaused, .runNote, .logMessage:
      applyToRun(event)
    case .valueRecorded:
      if let key = event.path { recordedValues[key] = event.payload["value"] ?? .null }
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
    let payload = event.payload
    switch event.kind {
    case .runCreated:
      createdAt = event.at
      summary = payload["summary"]?.stringValue
      stack = payload["stack"]?.stringValue
      isSimulated = payload["simulated"]?.boolValue ?? false
    case .runStarted:
      executions += 1
      isRollingBack = payload["rollback"]?.boolValue ?? false
      executor = RunExecutor(
        machine: payload["machine"]?.stringValue ?? "",
        processID: payload["pid"]?.integerValue.flatMap(Int32.init(exactly:)) ?? 0,
        user: payload["user"]?.stringValue ?? "")
      if startedAt == nil { startedAt = event.at }
      stand(.running)
    case .runSucceeded:
      stand(.succeeded, since: event.at)
    case .runRolledBack:
      stand(.rolledBack, since: event.at)
    case .runFailed:
      stand(.failed, since: event.at, failure: payload["failure"].map(Failure.init(value:)))
    case .runConcluded:
      stand(.findings, since: event.at, failure: payload["failure"].map(Failure.init(value:)))
    case .runRefused:
      stand(.refused, since: event.at, failure: payload["failure"].map(Failure.init(value:)))
    case .runInterrupted:
      stand(.interrupted, since: event.at, reason: payload["reason"]?.stringValue)
    case .runWaiting:
      stand(.waiting, since: event.at, reason: payload["reason"]?.stringValue)
      waitingMessage = payload["message"]?.stringValue
      waitingPath = event.path
    case .runDisplaced:
      stand(.displaced, since: event.at, reason: payload["run"]?.stringValue)
    case .runPauseRequested, .runUnpaused:
      // Asked for just after the execution ended, it says nothing about the next one.
      guard status == .running else { return }
      pause = event.kind == .runUnpaused ? nil : RunPause(by: payload["by"]?.stringValue ?? "", at: event.at)
    case .runNote:
      notes.append(RunNote(payload, at: event.at))
    default:
      let level = payload["level"]?.stringValue ?? "info"
      messages.append(
        RunMessage(level: level, text: payload["text"]?.stringValue ?? "", at: event.at, path: event.path))
    }
  }

  /// Changes the status; what told why of the former one is forgotten.
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
    if let message = event.payload["message"]?.stringValue { approvals[index].message = message }
    if event.kind == .approvalRequested {
      if approvals[index].requestedAt == nil { approvals[index].requestedAt = event.at }
      return
    }
    approvals[index].answer = event.kind == .approvalGranted ? .granted : .rejected
    approvals[index].by = event.payload["by"]?.stringValue
    approvals[index].how = event.payload["how"]?.stringValue
    approvals[index].answeredAt = event.at
  }

  private mutating func applyToStep(_ event: Event) {
    guard let path = event.path else { return }
    if event.kind == .effectStarted, event.payload["reattaches"] == true, let host = event.host {
      hostsWithJobs.insert(host)
    }
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
  fileprivate init(_ payload: Value, at date: Date) {
    func texts(_ value: Value?) -> [String] { (value?.arrayValue ?? []).compactMap(\.stringValue) }
    let headings = texts(payload["headings"])
    self.init(
      title: payload["title"]?.stringValue ?? "", items: texts(payload["items"]), headings: headings,
      rows: (payload["rows"]?.arrayValue ?? []).map(texts).filter { $0.count == headings.count }, at: date)
  }
}

extension StepState {
  /// Takes in the next event of this step, which happened in that execution of the run.
  fileprivate mutating func apply(_ event: Event, execution: Int) {
    let payload = event.payload
    if let host = event.host, self.host == nil || event.kind == .stepStarted { self.host = host }
    if let attempt = event.attempt { self.attempt = attempt }
    switch event.kind {
    case .stepStarted:
      begin(at: event.at, execution: execution)
      if let place = payload["place"].flatMap(SourcePlace.init(value:)) { self.place = place }
      if payload["undo"] == true { hasUndo = true }
    case .effectStarted: began(EffectState(event))
    case .effectLaunched: change(payload["call"]) { $0.isLaunched = true }
    case .effectClaimed:
      let call = payload["call"]?.stringValue
      if let effect = (open + repeatable).first(where: { $0.call == call }) { effects.append(effect) }
    case .effectEnded:
      change(payload["call"]) { $0.result = payload["result"] }
      ended(payload["call"], payload["outcome"]?.stringValue.flatMap(EffectOutcome.init(rawValue:)))
    case .stepOutput:
      append(OutputText.of(event), at: event.at, host: event.host)
    case .attemptFailed:
      status = .retrying
      failure = payload["failure"].map(Failure.init(value:))
      settle(payload)
      retryAt = event.at.addingTimeInterval(payload["retry_after"]?.seconds ?? 0)
      if let attempts = payload["attempts"]?.integerValue { maximumAttempts = Int(exactly: attempts) }
    case .stepSucceeded:
      end(as: .succeeded, at: event.at, failure: nil)
      letGo()
      result = payload["result"] ?? .null
      outcome = payload["outcome"]?.stringValue.flatMap(StepOutcome.init(rawValue:)) ?? .executed
      reusedFrom = payload["run"]?.stringValue
    case .stepFailed:
      end(as: .failed, at: event.at, failure: payload["failure"].map(Failure.init(value:)))
      settle(payload)
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

  /// Where nothing is gone on with, everything is done again.
  private mutating func forgetRepeatable() {
    if open.isEmpty { repeatable = [] }
  }

  private mutating func began(_ effect: EffectState) {
    effects.append(effect)
    guard effect.isIdempotent else { return open.append(effect) }
    if !effect.call.isEmpty { repeatable.append(effect) }
    // Done again rather than followed: what is left of it has to end first.
    if effect.isFoundAgain { loose.append(effect) }
  }

  private mutating func change(_ call: Value?, _ change: (inout EffectState) -> Void) {
    guard let call = call?.stringValue else { return }
    for index in open.indices where open[index].call == call { change(&open[index]) }
    for index in loose.indices where loose[index].call == call { change(&loose[index]) }
    for index in repeatable.indices where repeatable[index].call == call { change(&repeatable[index]) }
  }

  private mutating func ended(_ call: Value?, _ outcome: EffectOutcome?) {
    guard let outcome else { return }
    change(call) { $0.outcome = outcome }
    // The one that came to its end by itself is not begun again by the attempt that goes on; the others may be.
    open.removeAll { $0.outcome == .notBegun || $0.outcome == .ended }
    loose.removeAll { $0.outcome != nil }
  }

  /// After an attempt that failed: what stays open for the next one.
  private mutating func settle(_ payload: Value) {
    if payload["settled"] == true { return letGo() }
    guard failure?.leavesDoubt != true else { return }
    let calls = Set((payload["open"]?.arrayValue ?? []).compactMap(\.stringValue))
    open.removeAll { !calls.contains($0.call) }
    forgetRepeatable()
  }

  /// Nothing stays open: it is known what became of the step. Commands that may run on are kept apart.
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
  fileprivate init(_ event: Event) {
    let payload = event.payload
    self.init(
      primitive: payload["primitive"]?.stringValue ?? "", isIdempotent: payload["idempotent"]?.boolValue ?? false,
      reattaches: payload["reattaches"]?.boolValue ?? false,
      commands: CommandLine.list(from: payload["command"], host: event.host), call: payload["call"]?.stringValue ?? "",
      attempt: event.attempt ?? 1, host: event.host,
      words: (payload["words"]?.arrayValue ?? []).compactMap(\.stringValue), input: payload["input"]?.secretValue,
      branch: payload["branch"]?.stringValue ?? "",
      site: (payload["site"]?.objectValue ?? [:]).compactMapValues(\.stringValue), begunAt: event.at)
  }
}

extension Value {
  /// A number of seconds, however it was written.
  fileprivate var seconds: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .number(let number): number
    default: nil
    }
  }
}
