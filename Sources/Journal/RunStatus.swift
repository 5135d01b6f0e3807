/// How a run stands.
public enum RunStatus: String, Sendable, Hashable, CaseIterable {
  /// It exists and nothing executed it yet.
  case created
  /// It is being executed, or its executor died without a word: who holds the run's lease tells which.
  case running
  /// It reached its end.
  case succeeded
  /// It stopped at a failure and can be resumed.
  case failed
  /// It came to its end and found something that a person must look at; it is over.
  case findings
  /// A check refused it before anything was changed; it is over. In journals of earlier versions also a run that only
  /// looked and has found something.
  case refused
  /// A person or a signal stopped it; it can be resumed.
  case interrupted
  /// It waits for a person; it can be resumed.
  case waiting

  /// What it had done was undone; it is over.
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
