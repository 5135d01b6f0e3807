/// Which numbers from outside are accepted. Others are refused with these bounds in words, never adjusted.
package struct NumberBounds: Sendable, Hashable {
  /// The least.
  package let lowest: Double
  /// The greatest; infinity where none is named.
  package let highest: Double
  /// What is allowed, for a message: `1 or more`, `from 1 to 65535`.
  package let text: String

  /// This number or more.
  package static func atLeast(_ lowest: Int) -> NumberBounds {
    NumberBounds(lowest: Double(lowest), highest: .infinity, text: "\(lowest) or more")
  }

  /// Between two numbers, both included.
  package static func within(_ lowest: Int, _ highest: Int) -> NumberBounds {
    NumberBounds(lowest: Double(lowest), highest: Double(highest), text: "from \(lowest) to \(highest)")
  }

  /// A port of TCP or UDP.
  package static let port = within(1, 65_535)

  /// Seconds of a length of time: what every clock, timer and engine can count, whatever is added to it.
  package static let duration = NumberBounds(
    lowest: 0, highest: 36_500 * 86_400, text: "from 0 to 36500d (100 years)")

  /// Seconds since 1970 of a moment that a calendar can name: the years 1 to 9999.
  package static let moment = NumberBounds(
    lowest: -62_135_596_800, highest: 253_402_300_799, text: "a moment of the years 1 to 9999")

  /// Whether a number is allowed; what is not a number or infinite never is.
  package func contains(_ number: Double) -> Bool { number.isFinite && number >= lowest && number <= highest }

  /// The number as people would write it.
  package static func words(_ number: Double) -> String {
    if number.isNaN { return "not a number" }
    return number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : "\(number)"
  }
}

extension FixedWidthInteger {
  /// The whole number nearest to a number from outside: the limit if it is beyond, 0 if it is not a number.
  package init(nearest number: Double) {
    let whole = number.rounded()
    self = Self(exactly: whole) ?? (whole.isNaN ? 0 : whole < 0 ? .min : .max)
  }

  /// The sum, or the limit that it would exceed.
  package func addingBounded(_ other: Self) -> Self {
    let (sum, isBeyond) = addingReportingOverflow(other)
    return isBeyond ? (other < 0 ? .min : .max) : sum
  }

  /// The product, or the limit that it would exceed.
  package func multipliedBounded(by other: Self) -> Self {
    let (product, isBeyond) = multipliedReportingOverflow(by: other)
    return isBeyond ? ((self < 0) == (other < 0) ? .max : .min) : product
  }
}

extension Duration {
  /// The whole duration in seconds.
  package var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }

  /// This many seconds, from none to the longest of ``NumberBounds/duration``: a number that was recorded, computed or
  /// came from outside never becomes more than a timer can count.
  package static func bounded(seconds: Double) -> Duration {
    .seconds(seconds.isNaN ? 0 : min(max(0, seconds), NumberBounds.duration.highest))
  }

  /// For people: `60 s`, `1.5 s`, `250 ms`.
  package var words: String {
    let seconds = min(max(seconds, 0), NumberBounds.duration.highest)
    if seconds > 0, seconds < 1 { return "\(Int((seconds * 1000).rounded())) ms" }
    let tenths = (seconds * 10).rounded()
    return tenths.truncatingRemainder(dividingBy: 10) == 0 ? "\(Int(tenths / 10)) s" : "\(tenths / 10) s"
  }
}

/// Bytes as lower-case hexadecimal digits.
package enum Hexadecimal {
  /// Two digits for each byte.
  package static func encode(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
