/// The status of a run.
public enum RunStatus: String, Sendable, Hashable, CaseIterable {
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
  public var isOver: Bool {
    switch self {
    case .succeeded, .findings, .refused, .rolledBack, .displaced: true
    case .created, .running, .failed, .interrupted, .waiting: false
    }
  }
}
