import Foundation

/// A value that must never be shown: a join token, an unlock key, a password.
///
/// It prints as `‹secret›` however it is printed. Only ``reveal()`` gives the text, and only code that puts it into a
/// request body or a command's standard input calls that.
package struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  private let text: String

  /// Hides `text` from now on.
  package init(_ text: String) { self.text = text }

  /// The text itself. Each call is a place where a secret could leak: keep the result out of arguments, logs, errors.
  package func reveal() -> String { text }

  /// What is printed instead of a secret.
  package static let placeholder = "‹secret›"

  /// ``placeholder``.
  package var description: String { Self.placeholder }
  /// ``placeholder``.
  package var debugDescription: String { Self.placeholder }
  /// Nothing inside is visible.
  package var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

/// A text or a table of a step's result that holds a secret: the journal seals it, and the script gets it back
/// unchanged.
package enum Concealed {
  private static let textKey = "$concealed"
  private static let bytesKey = "$concealed_bytes"
  private static let tableKey = "$concealed_table"

  /// The names of tables for such a value; a script's own tables may not have them.
  package static let names: Set = [textKey, bytesKey, tableKey]

  /// A text as it is recorded.
  package static func text(_ text: String) -> Value { .object([textKey: .secret(Secret(text))]) }

  /// Bytes as they are recorded.
  package static func bytes(_ bytes: [UInt8]) -> Value {
    .object([bytesKey: .secret(Secret(Data(bytes).base64EncodedString()))])
  }

  /// A table of which a name holds a secret, as it is recorded.
  package static func table(_ members: [String: Value]) -> Value {
    .object([tableKey: .array(members.map { [.secret(Secret($0.key)), $0.value] })])
  }

  /// The recorded value, one level deep; `nil` if members are not such a value. Its texts are empty if the secrets were
  /// left sealed.
  package static func opened(_ members: [String: Value]) -> Value? {
    guard members.count == 1, let (key, content) = members.first else { return nil }
    switch (key, content) {
    case (textKey, .secret(let secret)): return .string(secret.reveal())
    case (bytesKey, .secret(let secret)): return Data(base64Encoded: secret.reveal()).map { .bytes(Array($0)) }
    case (tableKey, .array(let pairs)):
      var table: [String: Value] = [:]
      for pair in pairs {
        guard case .array(let parts) = pair, parts.count == 2, case .secret(let name) = parts[0] else { return nil }
        table[name.reveal()] = parts[1]
      }
      return .object(table)
    default: return nil
    }
  }
}
