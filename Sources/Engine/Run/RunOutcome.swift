import Values

/// How an execution of a run ended.
public enum RunOutcome: Sendable, Hashable {
  /// The runbook reached its end.
  case succeeded
  /// It stopped at a failure; it can be resumed.
  case failed(Failure)
  /// It came to its end and found something that the operator must check; it is over, whatever it has changed.
  case concluded(Failure)
  /// Checks refused it before anything was changed; it is over.
  case refused(Failure)
  /// It was stopped at a safe point; it can be resumed.
  case interrupted
  /// The operator must decide something first; then it can be resumed.
  case waiting(reason: String, path: String, message: String)
}

extension RunOutcome {
  /// The outcome with other words for what failed.
  func mapFailure(_ change: (Failure) -> Failure) -> RunOutcome {
    switch self {
    case .failed(let failure): .failed(change(failure))
    case .concluded(let failure): .concluded(change(failure))
    case .refused(let failure): .refused(change(failure))
    case .succeeded, .interrupted, .waiting: self
    }
  }
}
