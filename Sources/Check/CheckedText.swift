/// A Lua file to check.
public struct CheckedText: Sendable, Hashable {
  /// The file, as the user would name it.
  public var file: String
  /// Its text.
  public var text: String

  /// Names a file.
  public init(file: String, text: String) {
    self.file = file
    self.text = text
  }
}
