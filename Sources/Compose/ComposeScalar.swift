import YAMLTree

/// What Docker's client makes of a scalar in a compose file.
enum ComposeScalar: Hashable {
  case null
  case flag
  case integer(Int)
  case number
  case text
  /// A date: it fits nowhere.
  case other
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
    case ".inf", ".Inf", ".INF", "+.inf", "-.inf", ".nan", ".NaN", ".NAN": self = .number
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
    return dialect.hasOldFlags == false && isDate(text) ? .other : .text
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
    return Double(rest.hasSuffix(".") ? rest.dropLast() : rest) != nil
      || rest.contains(".e") && Double(rest.replacing(".e", with: "e")) != nil
  }
}

extension ComposeScalar {
  private static func isDate(_ text: String) -> Bool {
    let parts = text.prefix { !"Tt ".contains($0) }.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].count == 4, parts.allSatisfy({ (1...4).contains($0.count) && Int($0) != nil }),
      let month = Int(parts[1]), let day = Int(parts[2])
    else { return false }
    return (1...12).contains(month) && (1...31).contains(day)
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
    case .other: "a date"
    }
  }
}
