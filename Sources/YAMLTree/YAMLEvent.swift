/// One event of a YAML text, as the parser reads it from the front to the back.
struct YAMLEvent {
  enum Kind {
    case streamStart
    case streamEnd
    /// With the version of a `%YAML` line, such as 1.2.
    case documentStart(version: String?)
    case documentEnd
    case alias(String)
    case scalar(text: String, isPlain: Bool)
    case sequenceStart
    case sequenceEnd
    case mappingStart
    case mappingEnd
  }

  var kind: Kind
  /// The tag as it was written out; `nil` without one.
  var tag: String?
  /// The name under which aliases ask for this value.
  var anchor: String?
  /// The line where it begins, from 1.
  var line: Int
}

/// Why a text is not YAML, and where.
struct YAMLMistake: Error {
  var problem: String
  var line: Int
  var column: Int
}
