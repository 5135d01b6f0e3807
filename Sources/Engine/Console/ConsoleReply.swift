import Values

/// The result of a text that was typed at a console.
public enum ConsoleReply: Sendable, Hashable {
  /// It is incomplete: more has to be typed.
  case incomplete
  /// What it gave; empty for a statement.
  case values([Shown])
  /// It failed; the session continues.
  case failure(Failure)

  /// A value as it is shown.
  public enum Shown: Sendable, Hashable {
    /// Data.
    case data(Value)
    /// Something other than data, in words.
    case words(String)
  }
}
