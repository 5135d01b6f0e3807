/// A local variable of a file, at its place in ``Chunk/variables``.
public struct Variable: Sendable, Hashable {
  /// How it was declared.
  public enum Origin: Sendable, Hashable {
    /// `local x`
    case local
    /// `local function x`
    case function
    /// A function's parameter, `self` of a method included.
    case parameter
    /// A `for` loop's.
    case loop
  }

  /// Its name.
  public var name: String
  /// What brought it into being.
  public var origin: Origin
  /// Whether `<const>` or `<close>` forbids another assignment.
  public var isConstant: Bool
  /// Whether `<close>` closes it when its block ends: it is useful without being read.
  public var isClosed: Bool
  /// Where its name is first; empty for `self`.
  public var range: SourceRange
}
