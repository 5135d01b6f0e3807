/// How many steps of a run have which status.
public struct StepCounts: Sendable, Hashable {
  /// Checkpointed, whatever the outcome.
  public internal(set) var done = 0
  /// Of ``done``: those that changed something, or that an operator settled after a doubt.
  public internal(set) var changed = 0
  /// Of ``done``: those that already held.
  public internal(set) var unchanged = 0
  /// Of ``done``: those that only read.
  public internal(set) var read = 0
  /// Of ``done``: those whose result is an earlier run's.
  public internal(set) var reused = 0
  /// Failed for this execution.
  public internal(set) var failed = 0
  /// Waiting for their next attempt.
  public internal(set) var retrying = 0
  /// Started without a recorded outcome: running while an executor lives.
  public internal(set) var started = 0
  /// Those of the others that are in doubt when no executor lives: see ``StepState/isInDoubt``.
  public internal(set) var inDoubt = 0

  /// No step at all.
  public init() {}

  /// All steps that appeared so far.
  public var total: Int { done + failed + retrying + started }

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
