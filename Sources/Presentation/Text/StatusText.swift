import Journal
import Values

/// How a run stands, in plain words; the one place where they are.
public struct StatusText: Sendable, Hashable {
  /// How the journal says it stands.
  public var status: RunStatus
  /// Whether it counts as running although its executor is gone.
  public var executorIsGone: Bool

  /// Whether it came to its end and found something that a person must look at.
  public var hasFindings = false

  /// Names how a run stands. `executorIsGone`: nobody alive holds the run's lease.
  public init(_ state: RunState, executorIsGone: Bool = false) {
    self.init(state.status, executorIsGone: executorIsGone)
    hasFindings = state.status == .refused && state.failure?.code == Self.findings
  }

  /// The code of a run's failure that ended with findings.
  private static let findings: FailureCode = "runbook.findings"

  /// Names a status. `executorIsGone`: nobody alive holds the run's lease.
  public init(_ status: RunStatus, executorIsGone: Bool = false) {
    self.status = status
    self.executorIsGone = executorIsGone && status == .running
  }

  /// The words for people.
  public var words: String {
    switch status {
    case .created: "not begun"
    case .running: executorIsGone ? "crashed?" : "running"
    case .succeeded: "done"
    case .failed: "failed (can be resumed)"
    case .refused: hasFindings ? "done, with findings" : "refused, nothing was changed"
    case .interrupted: "interrupted (can be resumed)"
    case .waiting: "waiting for a person"
    case .rolledBack: "rolled back"
    case .displaced: "displaced by another run"
    }
  }

  /// The words where there is little room.
  public var shortWords: String {
    switch status {
    case .failed: "failed"
    case .refused: hasFindings ? "findings" : "refused"
    case .interrupted: "interrupted"
    case .displaced: "displaced"
    default: words
    }
  }

  /// The name in JSON, stable: the journal's, and `crashed`.
  public var name: String { executorIsGone ? "crashed" : status.rawValue }

  /// Whether `runbook resume` goes on with it.
  public var canBeResumed: Bool {
    switch status {
    case .succeeded, .refused, .rolledBack, .displaced: false
    case .running: executorIsGone
    case .created, .failed, .interrupted, .waiting: true
    }
  }

  var tone: Tone {
    switch status {
    case .created: .faint
    case .running: executorIsGone ? .bad : .busy
    case .succeeded, .rolledBack: .good
    case .refused: hasFindings ? .warning : .bad
    case .failed: .bad
    case .interrupted, .waiting, .displaced: .warning
    }
  }
}
