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
