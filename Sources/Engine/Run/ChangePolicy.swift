/// What to do when a run is resumed with files that have changed.
public enum ChangePolicy: Sendable {
  /// The operator is asked; `nil` when no one can answer.
  case ask(@Sendable (RunDifferences) async throws -> Approver.Answer?)
  /// The operator has accepted beforehand.
  case accept(by: String)
  /// Any difference ends it.
  case refuse
}
