import Values

/// What comes of a text that was typed at a console.
public enum ConsoleReply: Sendable, Hashable {
  /// It is the beginning of something: more is to be typed.
  case incomplete
  /// What it gave; empty for a statement.
  case values([Shown])
  /// It failed; the session goes on.
  case failure(Failure)

  /// A value as it is shown.
  public enum Shown: Sendable, Hashable {
    /// Data.
    case data(Value)
    /// What is no data, in words.
    case words(String)
  }
}
