/// A Lua file to look at.
public struct CheckedText: Sendable, Hashable {
  /// The file, as a person would name it.
  public var file: String
  /// Its text.
  public var text: String

  /// Names a file.
  public init(file: String, text: String) {
    self.file = file
    self.text = text
  }
}
