import Journal

/// What a user can do on the page. Each throws a `Failure` when it can't be done.
public struct WebActions: Sendable {
  /// Answers the approvals that a run waits for, and gives their questions.
  public var answer: @Sendable (_ run: RunRecord, _ isYes: Bool, _ user: String) async throws -> [String]
  /// Makes a run wait before its next step; false when that was requested already.
  public var pause: @Sendable (_ run: RunRecord, _ user: String) async throws -> Bool
  /// Lets a paused run continue; false when it is not paused.
  public var unpause: @Sendable (_ run: RunRecord, _ user: String) async throws -> Bool

  /// Names what can be done.
  public init(
    answer: @escaping @Sendable (_ run: RunRecord, _ isYes: Bool, _ user: String) async throws -> [String],
    pause: @escaping @Sendable (_ run: RunRecord, _ user: String) async throws -> Bool,
    unpause: @escaping @Sendable (_ run: RunRecord, _ user: String) async throws -> Bool
  ) {
    self.answer = answer
    self.pause = pause
    self.unpause = unpause
  }
}
