/// What a person says of a step of which it is not known whether it was carried out.
public enum DoubtAnswer: String, Sendable, Hashable, CaseIterable {
  /// It was: go on behind it.
  case done
  /// It was not: carry it out.
  case retry
  /// It went wrong: the run fails here.
  case fail
}
