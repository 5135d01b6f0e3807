/// A comment of a file.
public struct Comment: Sendable, Hashable {
  /// The text between the dashes (and long brackets) and its end.
  public var text: String
  /// The comment with its dashes.
  public var range: SourceRange

  /// Describes a comment.
  public init(text: String, range: SourceRange) {
    self.text = text
    self.range = range
  }
}
