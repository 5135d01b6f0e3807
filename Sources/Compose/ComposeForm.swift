/// Forms of text in compose files, as Go's libraries read them.
enum ComposeForm {
  /// A time span: numbers with units, such as `1m30s`; `0` alone has none. No more than fits into 63 bits of
  /// nanoseconds.
  static func isDuration(_ text: String) -> Bool {
    var rest = Substring(text), isNegative = false
    if let first = rest.first, first == "+" || first == "-" {
      isNegative = first == "-"
      rest = rest.dropFirst()
    }
    if rest == "0" { return true }
    guard !rest.isEmpty else { return false }
    let limit = UInt64(1) << 63
    var total: UInt64 = 0
    while !rest.isEmpty {
      let number = rest.prefix { $0.isASCII && $0.isNumber || $0 == "." }
      let parts = number.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
      guard number.contains(where: \.isNumber), parts.count <= 2 else { return false }
      rest = rest.dropFirst(number.count)
      guard let unit = units.first(where: { rest.hasPrefix($0.name) }) else { return false }
      rest = rest.dropFirst(unit.name.count)
      guard let whole = parts[0].isEmpty ? 0 : UInt64(parts[0]), whole <= limit / unit.size else { return false }
      let size = whole * unit.size + (parts.count == 2 ? part(parts[1], of: unit.size) : 0)
      // The sum of two that do not exceed the limit does not overflow.
      guard size <= limit, total + size <= limit else { return false }
      total += size
    }
    return isNegative || total < limit
  }

  /// What the digits after a point make of a unit; those that are beyond 63 bits say nothing.
  private static func part(_ digits: Substring, of unit: UInt64) -> UInt64 {
    var number: UInt64 = 0, scale = 1.0
    for digit in digits {
      guard let value = digit.wholeNumberValue, number <= (UInt64(1) << 63 - 1) / 10 else { break }
      number = number * 10 + UInt64(value)
      scale *= 10
    }
    return UInt64(Double(number) * (Double(unit) / scale))
  }

  /// Units with their nanoseconds; of two with the same beginning the longer one is first.
  private static let units: [(name: String, size: UInt64)] = [
    ("ns", 1), ("us", 1_000), ("µs", 1_000), ("μs", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000),
    ("m", 60_000_000_000), ("h", 3_600_000_000_000),
  ]

  /// A number as a decimal text, whatever it was written as.
  static func decimal(_ text: String, _ scalar: ComposeScalar?) -> String {
    if case .integer(let number) = scalar { String(number) } else { text }
  }
}
