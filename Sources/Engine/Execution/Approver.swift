/// Asks a person for a yes.
public struct Approver: Sendable {
  /// What was answered.
  public struct Answer: Sendable, Hashable {
    /// Whether it is a yes.
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
  /// Asks; `nil` when nobody is there to answer.
  public var ask: @Sendable (_ message: String) async throws -> Answer?

  /// Asks what became of a step in doubt; `nil` when nobody is there to answer.
  public var settle: @Sendable (_ path: String, _ message: String) async throws -> DoubtAnswer?

  /// Asks by these functions.
  public init(
    settle: @escaping @Sendable (_ path: String, _ message: String) async throws -> DoubtAnswer? = { _, _ in nil },
    ask: @escaping @Sendable (_ message: String) async throws -> Answer?
  ) {
    self.settle = settle
    self.ask = ask
  }

  /// Nobody is there.
  public static let nobody = Approver { _ in nil }
}
