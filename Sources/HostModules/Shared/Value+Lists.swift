import Values

extension Value {
  /// A list of texts.
  static func strings(_ texts: [String]) -> Value { .array(texts.map { .string($0) }) }

  /// Named texts.
  static func texts(_ texts: [String: String]) -> Value { .object(texts.mapValues { .string($0) }) }
}
