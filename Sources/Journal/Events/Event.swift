import Foundation
import Values

/// One thing that happened in a run. Everything that is shown of a run is derived from its events, in order.
package struct Event: Sendable, Hashable {
  /// The place in the run's history, counted from 1; 0 for an event that is not stored.
  package var sequence: Int64
  /// When it happened, by the executing machine's clock.
  package var at: Date
  /// What happened.
  package var kind: EventKind
  /// The step or scope that it belongs to, for example `workers/da2/join the swarm`.
  package var path: String?
  /// The attempt of the step, counted from 1.
  package var attempt: Int?
  /// The inventory name of the host it concerns.
  package var host: String?
  /// The rest, by kind: an object.
  package var payload: Value

  package init(
    sequence: Int64 = 0, at: Date, kind: EventKind, path: String? = nil, attempt: Int? = nil, host: String? = nil,
    payload: Value = .object([:])
  ) {
    self.sequence = sequence
    self.at = at
    self.kind = kind
    self.path = path
    self.attempt = attempt
    self.host = host
    self.payload = payload
  }
}

/// What an ``Event`` reports, as a stable string: the database holds it, so a name is never reused.
package struct EventKind: RawRepresentable, Sendable, Hashable, Codable, ExpressibleByStringLiteral,
  CustomStringConvertible
{
  /// `area.what`, in lower case with underscores.
  package let rawValue: String
  /// The kind of that text.
  package init(rawValue: String) { self.rawValue = rawValue }
  /// The kind of that text.
  package init(stringLiteral value: String) { rawValue = value }
  /// The text itself.
  package var description: String { rawValue }

  /// ``Event/RunCreated``.
  package static let runCreated: EventKind = "run.created"
  /// ``Event/RunStarted``.
  package static let runStarted: EventKind = "run.started"
  /// ``Event/RunSucceeded``.
  package static let runSucceeded: EventKind = "run.succeeded"
  /// ``Event/RunFailed``.
  package static let runFailed: EventKind = "run.failed"
  /// ``Event/RunConcluded``.
  package static let runConcluded: EventKind = "run.concluded"
  /// ``Event/RunRefused``.
  package static let runRefused: EventKind = "run.refused"
  /// ``Event/RunInterrupted``.
  package static let runInterrupted: EventKind = "run.interrupted"
  /// ``Event/RunWaiting``.
  package static let runWaiting: EventKind = "run.waiting"
  /// ``Event/RunRolledBack``.
  package static let runRolledBack: EventKind = "run.rolled_back"
  /// ``Event/RunDisplaced``.
  package static let runDisplaced: EventKind = "run.displaced"
  /// ``Event/RunPauseRequested``.
  package static let runPauseRequested: EventKind = "run.pause_requested"
  /// ``Event/RunUnpaused``.
  package static let runUnpaused: EventKind = "run.unpaused"
  /// ``Event/RunImported``.
  package static let runImported: EventKind = "run.imported"
  /// ``Event/RunNoted``.
  package static let runNote: EventKind = "run.note"

  /// ``Event/SnapshotTaken``.
  package static let runSnapshot: EventKind = "run.snapshot"

  /// ``Event/StepStarted``.
  package static let stepStarted: EventKind = "step.started"
  /// ``Event/EffectStarted``.
  package static let effectStarted: EventKind = "effect.started"
  /// ``Event/EffectLaunched``.
  package static let effectLaunched: EventKind = "effect.launched"
  /// ``Event/EffectClaimed``.
  package static let effectClaimed: EventKind = "effect.claimed"
  /// ``Event/EffectEnded``.
  package static let effectEnded: EventKind = "effect.ended"
  /// ``Event/StepOutput``.
  package static let stepOutput: EventKind = "step.output"
  /// ``Event/AttemptFailed``.
  package static let attemptFailed: EventKind = "attempt.failed"
  /// ``Event/StepSucceeded``.
  package static let stepSucceeded: EventKind = "step.succeeded"
  /// ``Event/StepFailed``.
  package static let stepFailed: EventKind = "step.failed"
  /// ``Event/StepReplayed``.
  package static let stepReplayed: EventKind = "step.replayed"

  /// ``Event/RunPhase``.
  package static let runPhase: EventKind = "run.phase"

  /// ``Event/CallTraced``.
  package static let callTraced: EventKind = "call.traced"

  /// ``Event/ApprovalRequested``.
  package static let approvalRequested: EventKind = "approval.requested"
  /// ``Event/ApprovalGranted``.
  package static let approvalGranted: EventKind = "approval.granted"
  /// ``Event/ApprovalRejected``.
  package static let approvalRejected: EventKind = "approval.rejected"

  /// ``Event/ValueRecorded``.
  package static let valueRecorded: EventKind = "value.recorded"

  /// ``Event/ChangesAccepted``.
  package static let changesAccepted: EventKind = "run.changes_accepted"

  /// ``Event/FileKept``.
  package static let fileKept: EventKind = "run.file_kept"

  /// ``Event/HostsTakenOver``.
  package static let hostsTakenOver: EventKind = "hosts.taken_over"

  /// ``Event/LogMessage``.
  package static let logMessage: EventKind = "log.message"
}
