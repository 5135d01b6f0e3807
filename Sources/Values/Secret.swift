/// A value that must never be shown: a join token, an unlock key, a password.
///
/// It prints as `‹secret›` however it is printed. Only ``reveal()`` gives the text, and only code that puts it into a
/// request body or a command's standard input calls that.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  private let text: String

  /// Hides `text` from now on.
  public init(_ text: String) { self.text = text }

  /// The text itself. Each call is a place where a secret could leak: keep the result out of arguments, logs, errors.
  public func reveal() -> String { text }

  /// What is printed instead of a secret.
  public static let placeholder = "‹secret›"

  /// ``placeholder``.
  public var description: String { Self.placeholder }
  /// ``placeholder``.
  public var debugDescription: String { Self.placeholder }
  /// Nothing inside is visible.
  public var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
