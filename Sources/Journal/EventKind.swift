/// What an ``Event`` reports, as a stable string: the database holds it, so a name is never reused.
public struct EventKind: RawRepresentable, Sendable, Hashable, Codable, ExpressibleByStringLiteral,
  CustomStringConvertible
{
  /// `area.what`, in lower case with underscores.
  public let rawValue: String
  /// The kind of that text.
  public init(rawValue: String) { self.rawValue = rawValue }
  /// The kind of that text.
  public init(stringLiteral value: String) { rawValue = value }
  /// The text itself.
  public var description: String { rawValue }

  /// ``Event/RunCreated``.
  public static let runCreated: EventKind = "run.created"
  /// ``Event/RunStarted``.
  public static let runStarted: EventKind = "run.started"
  /// ``Event/RunSucceeded``.
  public static let runSucceeded: EventKind = "run.succeeded"
  /// ``Event/RunFailed``.
  public static let runFailed: EventKind = "run.failed"
  /// ``Event/RunConcluded``.
  public static let runConcluded: EventKind = "run.concluded"
  /// ``Event/RunRefused``.
  public static let runRefused: EventKind = "run.refused"
  /// ``Event/RunInterrupted``.
  public static let runInterrupted: EventKind = "run.interrupted"
  /// ``Event/RunWaiting``.
  public static let runWaiting: EventKind = "run.waiting"
  /// ``Event/RunRolledBack``.
  public static let runRolledBack: EventKind = "run.rolled_back"
  /// ``Event/RunDisplaced``.
  public static let runDisplaced: EventKind = "run.displaced"
  /// ``Event/RunPauseRequested``.
  public static let runPauseRequested: EventKind = "run.pause_requested"
  /// ``Event/RunUnpaused``.
  public static let runUnpaused: EventKind = "run.unpaused"
  /// ``Event/RunImported``.
  public static let runImported: EventKind = "run.imported"
  /// ``Event/RunNoted``.
  public static let runNote: EventKind = "run.note"

  /// ``Event/SnapshotTaken``.
  public static let runSnapshot: EventKind = "run.snapshot"

  /// ``Event/StepStarted``.
  public static let stepStarted: EventKind = "step.started"
  /// ``Event/EffectStarted``.
  public static let effectStarted: EventKind = "effect.started"
  /// ``Event/EffectLaunched``.
  public static let effectLaunched: EventKind = "effect.launched"
  /// ``Event/EffectClaimed``.
  public static let effectClaimed: EventKind = "effect.claimed"
  /// ``Event/EffectEnded``.
  public static let effectEnded: EventKind = "effect.ended"
  /// ``Event/StepOutput``.
  public static let stepOutput: EventKind = "step.output"
  /// ``Event/AttemptFailed``.
  public static let attemptFailed: EventKind = "attempt.failed"
  /// ``Event/StepSucceeded``.
  public static let stepSucceeded: EventKind = "step.succeeded"
  /// ``Event/StepFailed``.
  public static let stepFailed: EventKind = "step.failed"
  /// ``Event/StepReplayed``.
  public static let stepReplayed: EventKind = "step.replayed"

  /// ``Event/RunPhase``.
  public static let runPhase: EventKind = "run.phase"

  /// ``Event/CallTraced``.
  public static let callTraced: EventKind = "call.traced"

  /// ``Event/ApprovalRequested``.
  public static let approvalRequested: EventKind = "approval.requested"
  /// ``Event/ApprovalGranted``.
  public static let approvalGranted: EventKind = "approval.granted"
  /// ``Event/ApprovalRejected``.
  public static let approvalRejected: EventKind = "approval.rejected"

  /// ``Event/ValueRecorded``.
  public static let valueRecorded: EventKind = "value.recorded"

  /// ``Event/ChangesAccepted``.
  public static let changesAccepted: EventKind = "run.changes_accepted"

  /// ``Event/FileKept``.
  public static let fileKept: EventKind = "run.file_kept"

  /// ``Event/HostsTakenOver``.
  public static let hostsTakenOver: EventKind = "hosts.taken_over"

  /// ``Event/LogMessage``.
  public static let logMessage: EventKind = "log.message"
}
