import Foundation

/// An approval that a run requested, and how it was answered.
public struct Approval: Sendable, Hashable, Identifiable {
  /// How it was answered.
  public enum Answer: String, Sendable, Hashable {
    /// Not yet.
    case none
    /// Yes.
    case granted
    /// No.
    case rejected
  }
  /// The step path that requests it.
  public let path: String
  /// The question to the operator.
  public internal(set) var message: String
  /// How it was answered.
  public internal(set) var answer: Answer = .none
  /// Who answered.
  public internal(set) var by: String?
  /// In which way: `terminal`, `option`, `command`.
  public internal(set) var how: String?
  /// When it was asked.
  public internal(set) var requestedAt: Date?
  /// When it was answered.
  public internal(set) var answeredAt: Date?

  /// Names an approval that just appeared.
  init(path: String, message: String) {
    self.path = path
    self.message = message
  }

  /// The path.
  public var id: String { path }
}
