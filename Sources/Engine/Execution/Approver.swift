/// Asks the operator for an approval.
public struct Approver: Sendable {
  /// What was answered.
  public struct Answer: Sendable, Hashable {
    /// Whether it is an approval.
    public var isYes: Bool
    /// The user name of who answered.
    public var by: String
    /// `terminal`, `option` or `command`.
    public var how: String

    /// Describes an answer.
    public init(isYes: Bool, by: String, how: String) {
      self.isYes = isYes
      self.by = by
      self.how = how
    }
  }

  /// The user name of who is asked.
  public var user: String = ""
  /// Asks; `nil` when no one can answer.
  public var ask: @Sendable (_ message: String) async throws -> Answer?

  /// Asks for the outcome of a step in doubt; `nil` when no one can answer.
  public var settle: @Sendable (_ path: String, _ message: String) async throws -> DoubtAnswer?

  /// Asks by these functions.
  public init(
    settle: @escaping @Sendable (_ path: String, _ message: String) async throws -> DoubtAnswer? = { _, _ in nil },
    ask: @escaping @Sendable (_ message: String) async throws -> Answer?
  ) {
    self.settle = settle
    self.ask = ask
  }

  /// No one can answer.
  public static let nobody = Approver { _ in nil }
}
