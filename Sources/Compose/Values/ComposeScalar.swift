import Foundation
import Values
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

/// Numbers as `strconv` of Go reads them.
enum GoNumber {
  /// A fraction: decimal, or hexadecimal with an exponent (`0x1.8p3`), with `_` between digits; `inf`, `infinity` and
  /// `nan` in any case. `nil` for anything else, and for one that is too large.
  static func fraction(_ text: String) -> Double? {
    let lower = text.lowercased()
    switch lower {
    case "nan": return .nan
    case "inf", "+inf", "infinity", "+infinity": return .infinity
    case "-inf", "-infinity": return -.infinity
    default: break
    }
    guard hasFittingUnderscores(lower) else { return nil }
    let plain = lower.filter { $0 != "_" }
    let decimal = /[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?/
    let hexadecimal = /[+-]?0x([0-9a-f]+\.?[0-9a-f]*|\.[0-9a-f]+)p[+-]?[0-9]+/
    guard plain.wholeMatch(of: decimal) != nil || plain.wholeMatch(of: hexadecimal) != nil else { return nil }
    guard let number = Double(plain), number.isFinite else { return nil }
    return number
  }

  /// The digits of a number from 0 on; no sign and nothing else is allowed.
  static func digits<T: FixedWidthInteger>(_ text: Substring, as type: T.Type) -> T? {
    text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? T(text) : nil
  }

  /// Each `_` must stand between two digits, or between the base's prefix and a digit.
  private static func hasFittingUnderscores(_ text: String) -> Bool {
    let isHexadecimal = text.contains("0x"), bytes = Array(text.utf8)
    let digits = Set((isHexadecimal ? "0123456789abcdef" : "0123456789").utf8)
    return bytes.indices.filter { bytes[$0] == UInt8(ascii: "_") }.allSatisfy { index in
      guard index > 0, index + 1 < bytes.count, digits.contains(bytes[index + 1]) else { return false }
      return digits.contains(bytes[index - 1]) || isHexadecimal && bytes[index - 1] == UInt8(ascii: "x")
    }
  }
}

/// Sizes with binary units (`docker/go-units`): `64M`, `1.5 GiB`, `1024`.
enum ComposeSize {
  /// How many bytes a size is; `nil` where the client does not take it.
  static func bytes(_ text: String, _ dialect: ComposeDialect) -> Double? {
    switch dialect.hasOldSizes {
    case true?: old(text)
    case false?: new(text)
    case nil: old(text) ?? new(text)
    }
  }

  /// One fixed pattern, in which an `i` and a `b` may end each size.
  private static func old(_ text: String) -> Double? {
    guard let match = text.wholeMatch(of: /([0-9]+(?:\.[0-9]+)?) ?([kKmMgGtTpP]?)[iI]?[bB]?/) else { return nil }
    return GoNumber.fraction(String(match.1)).flatMap { scaled($0, by: match.2.lowercased()) }
  }

  /// Any number of Go's up to the last digit, point or space; a unit after it.
  private static func new(_ text: String) -> Double? {
    guard let last = text.lastIndex(where: { $0.isASCII && $0.isNumber || $0 == "." || $0 == " " }) else { return nil }
    let number = text[last] == " " ? text[..<last] : text[...last]
    guard let amount = GoNumber.fraction(String(number)), amount >= 0 else { return nil }
    let unit = text[text.index(after: last)...].lowercased()
    guard !["", "b"].contains(unit) else { return amount }
    return ["", "b", "ib"].contains(unit.dropFirst()) ? scaled(amount, by: String(unit.prefix(1))) : nil
  }

  private static func scaled(_ amount: Double, by unit: String) -> Double? {
    guard let power = ["", "k", "m", "g", "t", "p"].firstIndex(of: unit) else { return nil }
    return (0..<power).reduce(amount) { size, _ in size * 1024 }
  }
}

/// YAML's own tags: what has one must be what it says, or the client reads nothing of the file.
enum ComposeTag {
  /// Looks at all values.
  static func check(_ node: YAMLNode, _ dialect: ComposeDialect) throws(Failure) {
    switch node.content {
    case .scalar(let text, _):
      guard !fits(text, node.tag, dialect) else { return }
      throw Failure(
        "compose.invalid", "'\(text.prefix(80))' is not what its tag !!\(node.tag) says", location: node.location,
        hint: "remove the tag; docker stack deploy refuses the file with it")
    case .sequence(let elements): for element in elements { try check(element, dialect) }
    case .mapping(let members): for member in members { try check(member.value, dialect) }
    }
  }

  private static func fits(_ text: String, _ tag: String, _ dialect: ComposeDialect) -> Bool {
    let scalar = ComposeScalar(text, isPlain: true, dialect)
    let isWhole = if case .integer = scalar { true } else { false }
    return switch tag {
    case "int": isWhole
    case "float": isWhole || scalar == .number || scalar == .notFinite
    case "bool": scalar == .flag || scalar == .flagOrText
    case "null": scalar == .null
    case "timestamp": ComposeScalar.isDate(text)
    case "binary": Data(base64Encoded: text.filter { !$0.isNewline }) != nil
    default: true
    }
  }
}
