/// What a scalar without quotes means in YAML 1.1, as PyYAML and older readers in Go resolve it.
package enum PlainScalar: Sendable, Hashable {
  /// Nothing, `~`, `null`.
  case null
  /// `true`, `yes`, `on` and their opposites.
  case flag(Bool)
  /// A whole number: decimal, `0x1F`, `0b11`, octal as `017`, with `_` between digits.
  case integer(Int)
  /// Something else than text: a fraction, a date, a number in sixties or one that is too large.
  case other
  /// Text.
  case text

  /// Resolves the text of a plain scalar.
  package init(_ text: String) {
    switch text {
    case "", "~", "null", "Null", "NULL": self = .null
    case "true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON": self = .flag(true)
    case "false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF": self = .flag(false)
    case "=", "<<": self = .other
    default:
      guard let first = text.utf8.first, Self.beginsNumber(first) else {
        self = .text
        return
      }
      if let digits = Self.digits(text) {
        self = Int(digits.text, radix: digits.radix).map { .integer($0) } ?? .other
      } else {
        self = Self.isOther(text) ? .other : .text
      }
    }
  }

  private static func beginsNumber(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "+-.".utf8.contains(byte)
  }

  /// The digits of a whole number with its sign, and their base.
  private static func digits(_ text: String) -> (text: String, radix: Int)? {
    var sign = "", rest = Substring(text)
    if let first = rest.first, first == "+" || first == "-" {
      sign = first == "-" ? "-" : ""
      rest = rest.dropFirst()
    }
    let (radix, prefix) =
      rest.hasPrefix("0x")
      ? (16, 2) : rest.hasPrefix("0b") ? (2, 2) : rest.hasPrefix("0") && rest.utf8.count > 1 ? (8, 1) : (10, 0)
    rest = rest.dropFirst(prefix)
    guard prefix > 0 || rest.first != "_" else { return nil }
    let digits = rest.filter { $0 != "_" }
    guard !digits.isEmpty, digits.utf8.allSatisfy({ Self.value($0) < radix }) else { return nil }
    return (sign + digits, radix)
  }

  private static func value(_ byte: UInt8) -> Int {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(byte - UInt8(ascii: "a")) + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(byte - UInt8(ascii: "A")) + 10
    default: 99
    }
  }

  /// Fractions, `.inf`, sixties (`1:30`) and dates. What only looks like one counts as one, too: it is not plain text.
  private static func isOther(_ text: String) -> Bool {
    let body = text.drop { "+-".contains($0) }
    if [".inf", ".Inf", ".INF", ".nan", ".NaN", ".NAN"].contains(String(body)) { return true }
    if body.contains("."), Double(body.filter { $0 != "_" }) != nil { return true }
    let parts = body.split(separator: ":", omittingEmptySubsequences: false)
    if parts.count > 1,
      parts.allSatisfy({
        !$0.isEmpty && $0.utf8.allSatisfy { Self.value($0) < 10 || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "_") }
      })
    {
      return parts.dropLast().dropFirst().allSatisfy { $0.count <= 2 }
        && (parts.last?.prefix { $0 != "." }.count ?? 0) <= 2
    }
    let dashed = body.prefix(10).split(separator: "-", omittingEmptySubsequences: false)
    return dashed.count == 3 && dashed[0].count == 4
      && dashed.allSatisfy { !$0.isEmpty && Int($0) != nil || $0.contains("T") }
  }
}
