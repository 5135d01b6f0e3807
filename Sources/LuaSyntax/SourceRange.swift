/// A stretch of a source, as byte offsets: `start` is the first byte, `end` the one behind the last.
public struct SourceRange: Sendable, Hashable {
  /// The offset of the first byte.
  public var start: Int
  /// The offset behind the last byte.
  public var end: Int

  /// Names a stretch.
  public init(_ start: Int, _ end: Int) {
    self.start = start
    self.end = end
  }

  /// From the beginning of this one to the end of another.
  public func through(_ other: SourceRange) -> SourceRange { SourceRange(start, max(end, other.end)) }
}
