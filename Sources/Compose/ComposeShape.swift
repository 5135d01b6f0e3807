/// What a key of a compose file may hold, as the client's own schema says.
indirect enum ComposeShape: Sendable {
  case text
  case flag
  case integer
  /// A whole number that is written as one: not 2.0.
  case literal
  /// A whole number that is not negative.
  case count
  case number
  /// A number that is not negative.
  case unsigned
  case null
  /// A date without quotes.
  case date
  case anything
  /// Text that is a time span of Go's, such as `1m30s`.
  case duration
  /// Text that is a size, such as `64M`.
  case size
  /// One of these words.
  case words([String])
  /// A port or ports in the short form, as text or a number.
  case port
  /// A port that is only exposed.
  case exposed
  case list(ComposeShape, unique: Bool = false)
  case mapping(ComposeMapping)
  /// One of several.
  case either([ComposeShape])

  /// What is expected, in words.
  var expectation: String {
    switch self {
    case .text: "text"
    case .flag: "true or false"
    case .integer, .literal: "a whole number"
    case .count: "a whole number of at least 0"
    case .number: "a number"
    case .unsigned: "a number of at least 0"
    case .null: "nothing"
    case .date: "a date"
    case .anything: "anything"
    case .duration: "a time such as 30s or 1m30s"
    case .size: "a size such as 64M"
    case .words(let words): words.joined(separator: " or ")
    case .port: "a port such as \"8443:443\""
    case .exposed: "a port such as \"443\""
    case .list: "a list"
    case .mapping: "a mapping"
    // That some clients take dates there is nothing to advise.
    case .either(let shapes):
      shapes.filter { if case .date = $0 { false } else { true } }.map(\.expectation).joined(separator: " or ")
    }
  }
}

/// The keys of a mapping in a compose file.
struct ComposeMapping: Sendable {
  /// A key with the version 3.N that brought it.
  struct Key: Sendable {
    var shape: ComposeShape
    var since = 0

    init(_ shape: ComposeShape, since: Int = 0) {
      self.shape = shape
      self.since = since
    }
  }

  /// What is said of further keys.
  enum Further: Sendable {
    case refused
    /// Only those that begin with `x-`, from a version 3.N on.
    case extensions(since: Int)
    /// All, from a version 3.N on.
    case anything(since: Int)
    /// Names that a person chooses; others are refused where they are not made of letters, digits, `.`, `_`, `-`.
    case named(ComposeShape, isStrict: Bool)
    /// Any names; where it is strict, none may be empty.
    case each(ComposeShape, isStrict: Bool)
  }

  var keys: [String: Key] = [:]
  var required: [String] = []
  var further = Further.refused
}
