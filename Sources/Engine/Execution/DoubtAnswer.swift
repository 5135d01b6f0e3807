/// The operator's answer about a step of which it is not known whether it was carried out.
public enum DoubtAnswer: String, Sendable, Hashable, CaseIterable {
  /// It was: continue after it.
  case done
  /// It was not: carry it out.
  case retry
  /// It failed: the run fails here.
  case fail
}
