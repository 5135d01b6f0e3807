/// What to do when a run is resumed with files that are not as they were.
public enum ChangePolicy: Sendable {
  /// A person is asked; `nil` when nobody is there.
  case ask(@Sendable (RunDifferences) async throws -> Approver.Answer?)
  /// The person said yes beforehand.
  case accept(by: String)
  /// Any difference ends it.
  case refuse
}
