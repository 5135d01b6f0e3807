import Values

/// A recorded value as a secret, so that the journal seals it.
enum SealedValue {
  /// The value as the text of a secret; `null` stays what it is.
  static func seal(_ value: Value) -> Value {
    switch value {
    case .string(let text): .secret(Secret("s\(text)"))
    case .integer(let number): .secret(Secret("i\(number)"))
    default: value
    }
  }

  /// The value that was sealed, or one that an earlier version has recorded in clear.
  static func open(_ value: Value) -> Value {
    guard case .secret(let secret) = value else { return value }
    let text = secret.reveal()
    if text.hasPrefix("i"), let number = Int64(text.dropFirst()) { return .integer(number) }
    return .string(String(text.dropFirst()))
  }
}
