import LuaSyntax

/// A problem that a rule found at a place.
public struct Finding: Sendable {
  /// The rule.
  public var rule: Rule
  /// The file, as the user would name it.
  public var file: String
  /// The stretch of the file.
  public var range: SourceRange
  /// The line of the beginning, counted from 1. Columns are in characters.
  public var line: Int
  /// The column, counted from 1.
  public var column: Int
  /// The line of the end.
  public var endLine: Int
  /// The column after the end.
  public var endColumn: Int
  /// The text of the line.
  public var sourceLine: String
  /// What is wrong, as one sentence without a full stop.
  public var message: String
  /// What to do.
  public var hint: String?
  /// A change that fixes it and nothing else.
  public var fix: Fix?

  /// A text that replaces a stretch of the file.
  public struct Fix: Sendable, Hashable {
    /// What is replaced.
    public var range: SourceRange
    /// By what.
    public var text: String
  }
}
