import Foundation

/// The status of a run.
package enum RunStatus: String, Sendable, Hashable, CaseIterable {
  /// It exists, but was not executed yet.
  case created
  /// It is being executed, or its executor died without recording it: the holder of the run's lease shows which.
  case running
  /// It reached its end.
  case succeeded
  /// It stopped at a failure and can be resumed.
  case failed
  /// It came to its end and found something that the operator must check; it is over.
  case findings
  /// A check refused it before anything was changed; it is over. In journals of earlier versions also a run that only
  /// reads and has found something.
  case refused
  /// An operator or a signal stopped it; it can be resumed.
  case interrupted
  /// It waits for an operator; it can be resumed.
  case waiting

  /// Its work was undone; it is over.
  case rolledBack = "rolled_back"
  /// Another run took its targets over while it was not being executed; it is over.
  case displaced

  /// Whether the run is over for good; a finished one can still be rolled back.
  package var isOver: Bool {
    switch self {
    case .succeeded, .findings, .refused, .rolledBack, .displaced: true
    case .created, .running, .failed, .interrupted, .waiting: false
    }
  }
}

/// The status of a step.
package enum StepStatus: String, Sendable, Hashable, CaseIterable {
  /// An attempt began and has no recorded outcome.
  case started
  /// An attempt failed and another one follows.
  case retrying
  /// It is checkpointed.
  case succeeded
  /// It failed for this execution; a resume tries it again.
  case failed
}

/// In which way a step succeeded.
package enum StepOutcome: String, Codable, Sendable, Hashable, CaseIterable {
  /// It was carried out and changed something.
  case executed
  /// It only reads.
  case read
  /// It already held, nothing was changed.
  case alreadySo = "already_so"
  /// It was in doubt and an operator said that it is done.
  case resolved
  /// Its result was taken from an earlier run; this one did not carry it out.
  case reused
}

/// How many steps of a run have which status.
package struct StepCounts: Sendable, Hashable {
  /// Checkpointed, whatever the outcome.
  package internal(set) var done = 0
  /// Of ``done``: those that changed something, or that an operator settled after a doubt.
  package internal(set) var changed = 0
  /// Of ``done``: those that already held.
  package internal(set) var unchanged = 0
  /// Of ``done``: those that only read.
  package internal(set) var read = 0
  /// Of ``done``: those whose result is an earlier run's.
  package internal(set) var reused = 0
  /// Failed for this execution.
  package internal(set) var failed = 0
  /// Waiting for their next attempt.
  package internal(set) var retrying = 0
  /// Started without a recorded outcome: running while an executor lives.
  package internal(set) var started = 0
  /// Those of the others that are in doubt when no executor lives: see ``StepState/isInDoubt``.
  package internal(set) var inDoubt = 0

  /// No step at all.
  package init() {}

  /// All steps that appeared so far.
  package var total: Int { done + failed + retrying + started }

  /// Counts a step in (`by` 1) or out (`by` -1).
  mutating func count(_ step: StepState, by amount: Int) {
    if step.isInDoubt { inDoubt += amount }
    switch step.status {
    case .started: started += amount
    case .retrying: retrying += amount
    case .failed: failed += amount
    case .succeeded:
      done += amount
      switch step.outcome {
      case .alreadySo: unchanged += amount
      case .read: read += amount
      case .reused: reused += amount
      case .executed, .resolved, nil: changed += amount
      }
    }
  }
}

/// An operator's request that no further step of a run begins.
package struct RunPause: Sendable, Hashable {
  /// The user name of the operator.
  package var by: String
  /// Since when.
  package var at: Date
}
