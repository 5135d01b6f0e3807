/// Why a text is not Lua. Reading stops at the first one.
public struct LuaSyntaxError: Error, Sendable, Hashable {
  /// What is wrong, without the place, for example `expected 'end' to close 'function' of line 3, found the end of the
  /// file`.
  public var message: String
  /// Where.
  public var range: SourceRange

  /// Describes an error.
  public init(_ message: String, _ range: SourceRange) {
    self.message = message
    self.range = range
  }
}
