import Values

/// A text of a result that holds a secret: the journal seals it, and the script has it again as the text that it was.
enum ConcealedText {
  private static let key = "$concealed"

  static func value(of text: String) -> Value { .object([key: .secret(Secret(text))]) }

  /// The text, where members are such a value.
  static func text(_ members: [String: Value]) -> String? {
    guard members.count == 1, case .secret(let secret) = members[key] else { return nil }
    return secret.reveal()
  }
}
