/// The status of a step.
public enum StepStatus: String, Sendable, Hashable, CaseIterable {
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
public enum StepOutcome: String, Codable, Sendable, Hashable, CaseIterable {
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
