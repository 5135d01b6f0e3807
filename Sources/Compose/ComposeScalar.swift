import YAMLTree

/// What Docker's client makes of a scalar in a compose file.
enum ComposeScalar: Hashable {
  case null
  case flag
  case integer(Int)
  case number
  /// `.inf` and `.nan`: the client can't continue with them, wherever they are.
  case notFinite
  case text
  /// A date: it fits only where the client makes text of it.
  case date
  /// A truth value or text: clients differ.
  case flagOrText

  init(_ text: String, isPlain: Bool, _ dialect: ComposeDialect) {
    guard isPlain else {
      self = .text
      return
    }
    switch text {
    case "", "~", "null", "Null", "NULL": self = .null
    case "true", "True", "TRUE", "false", "False", "FALSE": self = .flag
    case "y", "Y", "yes", "Yes", "YES", "n", "N", "no", "No", "NO", "on", "On", "ON", "off", "Off", "OFF":
      self = dialect.hasOldFlags.map { $0 ? .flag : .text } ?? .flagOrText
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF", ".nan", ".NaN", ".NAN":
      self = .notFinite
    default: self = Self.numeric(text, dialect)
    }
  }

  /// Whole numbers with a base's prefix as in Go, and fractions; all else is text.
  private static func numeric(_ text: String, _ dialect: ComposeDialect) -> ComposeScalar {
    guard let first = text.utf8.first, "0123456789+-.".utf8.contains(first) else { return .text }
    let plain = text.filter { $0 != "_" }
    if let integer = integer(plain) { return .integer(integer) }
    if isFraction(plain) { return .number }
    // Older clients take a date for text.
    return dialect.hasOldFlags == false && isDate(text) ? .date : .text
  }

  /// A whole number as Go reads it with base 0.
  static func integer(_ text: String) -> Int? {
    var rest = Substring(text)
    var sign = ""
    if let first = rest.first, first == "+" || first == "-" {
      sign = first == "-" ? "-" : ""
      rest = rest.dropFirst()
    }
    let lower = rest.lowercased()
    let (radix, prefix) =
      lower.hasPrefix("0x")
      ? (16, 2)
      : lower.hasPrefix("0b")
        ? (2, 2)
        : lower.hasPrefix("0o")
          ? (8, 2)
          : lower.hasPrefix("0") && lower.count > 1 ? (8, 1) : (10, 0)
    let digits = rest.dropFirst(prefix)
    guard let first = digits.first, first != "+", first != "-" else { return nil }
    return Int(sign + digits, radix: radix)
  }

  private static func isFraction(_ text: String) -> Bool {
    var rest = Substring(text)
    if let first = rest.first, first == "+" || first == "-" { rest = rest.dropFirst() }
    guard rest.allSatisfy({ "0123456789.eE+-".contains($0) }), rest.contains(where: \.isNumber) else { return false }
    guard let first = rest.first, first == "." || first.isNumber else { return false }
    // One that is too large is text.
    return Double(rest)?.isFinite == true
  }
}

extension ComposeScalar {
  /// Whether Go's YAML takes a text without quotes for a date, with or without a time.
  static func isDate(_ text: String) -> Bool {
    let form =
      /([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:([Tt ])([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?)?/
    guard let match = text.wholeMatch(of: form), let year = Int(match.1), let month = Int(match.2),
      let day = Int(match.3)
    else { return false }
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard (1...12).contains(month), (1...days[month - 1]).contains(day) else { return false }
    guard let separator = match.4 else { return true }
    let time = [match.5, match.6, match.7].compactMap { $0.flatMap { Int($0) } }
    // A zone belongs to the form with a T, and only to that.
    return zip(time, [24, 60, 60]).allSatisfy(<) && (separator == " ") == (match.8 == nil)
  }
}

extension YAMLNode {
  /// What a scalar is for Docker's client; `nil` for a list and a mapping.
  func scalar(_ dialect: ComposeDialect) -> ComposeScalar? {
    guard case .scalar(let text, let isPlain) = content else { return nil }
    return ComposeScalar(text, isPlain: isPlain, dialect)
  }

  /// What it is, for a message.
  func composeKind(_ dialect: ComposeDialect) -> String {
    switch scalar(dialect) {
    case nil: kind
    case .null: "nothing"
    case .flag: "a truth value"
    case .integer, .number: "a number"
    case .text, .flagOrText: "text"
    case .notFinite: "a number that is not finite"
    case .date: "a date"
    }
  }
}
