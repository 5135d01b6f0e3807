import Journal
import Values

/// The status of a run, in plain words; the only place that has them.
package struct StatusText: Sendable, Hashable {
  /// The status in the journal.
  package var status: RunStatus
  /// Whether it counts as running although its executor is gone.
  package var executorIsGone: Bool

  /// Whether an operator has requested a pause.
  package enum Pause: Sendable, Hashable {
    /// Running steps are finishing.
    case pausing
    /// No step is running.
    case paused
  }

  /// How far a requested pause is; `nil` when no one has requested one.
  package var pause: Pause?

  /// Whether it came to its end and found something that the operator must check.
  package var hasFindings = false

  /// Whether it was brought here from another journal, so that it can only be read.
  package var isImported = false

  /// Whether it ran in a simulated world instead of on its hosts.
  package var isSimulated = false

  /// Names the status of a run. `executorIsGone`: no living process holds the run's lease.
  package init(_ state: RunState, executorIsGone: Bool = false) {
    self.init(state.status, executorIsGone: executorIsGone)
    if state.status == .running, !self.executorIsGone, state.pause != nil {
      pause = state.isPaused ? .paused : .pausing
    }
    isImported = state.imported != nil
    isSimulated = state.isSimulated
    // Earlier versions recorded a run that ended with findings as refused.
    hasFindings = hasFindings || state.status == .refused && state.failure?.code == Self.findings
  }

  /// The code of a run's failure that ended with findings.
  private static let findings: FailureCode = "runbook.findings"

  /// Names a status. `executorIsGone`: no living process holds the run's lease.
  package init(_ status: RunStatus, executorIsGone: Bool = false) {
    self.status = status
    self.executorIsGone = executorIsGone && status == .running
    hasFindings = status == .findings
  }

  /// The words for people.
  package var words: String {
    switch status {
    case .failed where isImported: "failed"
    case .interrupted where isImported: "interrupted"
    case .created: "not begun"
    case .running:
      switch pause {
      case .paused: "paused"
      case .pausing: "pausing after the running steps"
      case nil: executorIsGone ? "crashed?" : "running"
      }
    case .succeeded: "done"
    case .failed: "failed (can be resumed)"
    case .findings: "done, with findings"
    case .refused: hasFindings ? "done, with findings" : "refused, nothing was changed"
    case .interrupted: "interrupted (can be resumed)"
    case .waiting: "waiting for a person"
    case .rolledBack: "rolled back"
    case .displaced: "displaced by another run"
    }
  }

  /// The words where there is little room.
  package var shortWords: String {
    plainShortWords + (isSimulated ? ", simulated" : "") + (isImported ? ", imported" : "")
  }

  private var plainShortWords: String {
    switch status {
    case .running where pause == .pausing: "pausing"
    case .failed: "failed"
    case .findings: "findings"
    case .refused: hasFindings ? "findings" : "refused"
    case .interrupted: "interrupted"
    case .displaced: "displaced"
    default: words
    }
  }

  /// The name in JSON, stable: the journal's, `crashed`, `pausing` and `paused`.
  package var name: String {
    switch pause {
    case .paused: "paused"
    case .pausing: "pausing"
    case nil: executorIsGone ? "crashed" : status.rawValue
    }
  }

  /// Whether `runbook resume` continues it.
  package var canBeResumed: Bool {
    if isImported { return false }
    return switch status {
    case .succeeded, .findings, .refused, .rolledBack, .displaced: false
    case .running: executorIsGone
    case .created, .failed, .interrupted, .waiting: true
    }
  }

  var tone: Tone {
    switch status {
    case .created: .faint
    case .running: executorIsGone ? .bad : pause == nil ? .busy : .warning
    case .succeeded, .rolledBack: .good
    case .findings: .warning
    case .refused: hasFindings ? .warning : .bad
    case .failed: .bad
    case .interrupted, .waiting, .displaced: .warning
    }
  }
}

/// The outcome of a step, in plain words.
package enum OutcomeText {
  /// The words after a step that succeeded; `nil` where the sign says it all.
  package static func words(_ outcome: StepOutcome?) -> String? {
    switch outcome?.rawValue {
    case "already_so": "already so"
    case "resolved": "settled by an operator"
    case "reused": "result of an earlier run"
    default: nil
    }
  }
}

/// How many steps had which outcome.
package struct OutcomeCounts: Sendable, Hashable {
  var changed = 0
  var read = 0
  var alreadySo = 0
  var settled = 0
  var reused = 0

  /// Counts what succeeded of these.
  package init(_ steps: [StepState]) {
    for step in steps where step.status == .succeeded {
      switch step.outcome?.rawValue {
      case "already_so": alreadySo += 1
      case "resolved": settled += 1
      case "read": read += 1
      case "reused": reused += 1
      default: changed += 1
      }
    }
  }

  var total: Int { changed + read + alreadySo + settled + reused }

  /// `14 steps changed something, 3 were already so, 2 only read`.
  package var sentence: String {
    var parts: [String] = []
    if changed > 0 { parts.append(Counted.of(changed, "step") + " changed something") }
    if alreadySo > 0 { parts.append("\(alreadySo) " + (alreadySo == 1 ? "was" : "were") + " already so") }
    if settled > 0 { parts.append("\(settled) " + (settled == 1 ? "was" : "were") + " settled by an operator") }
    if read > 0 { parts.append("\(read) only read") }
    if reused > 0 { parts.append("\(reused) had results of an earlier run") }
    return parts.joined(separator: ", ")
  }
}
