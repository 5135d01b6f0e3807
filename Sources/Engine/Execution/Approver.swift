/// Asks the operator for an approval.
package struct Approver: Sendable {
  /// What was answered.
  package struct Answer: Sendable, Hashable {
    /// Whether it is an approval.
    package var isYes: Bool
    /// The user name of who answered.
    package var by: String
    /// `terminal`, `option` or `command`.
    package var how: String

    package init(isYes: Bool, by: String, how: String) {
      self.isYes = isYes
      self.by = by
      self.how = how
    }
  }

  /// The user name of who is asked.
  package var user: String = ""
  /// Asks; `nil` when no one can answer.
  package var ask: @Sendable (_ message: String) async throws -> Answer?

  /// Asks for the outcome of a step in doubt; `nil` when no one can answer.
  package var settle: @Sendable (_ path: String, _ message: String) async throws -> DoubtAnswer?

  /// Asks by these functions.
  package init(
    settle: @escaping @Sendable (_ path: String, _ message: String) async throws -> DoubtAnswer? = { _, _ in nil },
    ask: @escaping @Sendable (_ message: String) async throws -> Answer?
  ) {
    self.settle = settle
    self.ask = ask
  }

  /// No one can answer.
  package static let nobody = Approver { _ in nil }
}
