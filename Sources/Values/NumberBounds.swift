/// Which numbers from outside are accepted. Others are refused with these bounds in words, never adjusted.
public struct NumberBounds: Sendable, Hashable {
  /// The least.
  public let lowest: Double
  /// The greatest; infinity where none is named.
  public let highest: Double
  /// What is allowed, for a message: `1 or more`, `from 1 to 65535`.
  public let text: String

  /// This number or more.
  public static func atLeast(_ lowest: Int) -> NumberBounds {
    NumberBounds(lowest: Double(lowest), highest: .infinity, text: "\(lowest) or more")
  }

  /// Between two numbers, both included.
  public static func within(_ lowest: Int, _ highest: Int) -> NumberBounds {
    NumberBounds(lowest: Double(lowest), highest: Double(highest), text: "from \(lowest) to \(highest)")
  }

  /// A port of TCP or UDP.
  public static let port = within(1, 65_535)

  /// Seconds of a length of time: what every clock, timer and engine can count, whatever is added to it.
  public static let duration = NumberBounds(
    lowest: 0, highest: 36_500 * 86_400, text: "from 0 to 36500d (100 years)")

  /// Seconds since 1970 of a moment that a calendar can name: the years 1 to 9999.
  public static let moment = NumberBounds(
    lowest: -62_135_596_800, highest: 253_402_300_799, text: "a moment of the years 1 to 9999")

  /// Whether a number is allowed; what is not a number or infinite never is.
  public func contains(_ number: Double) -> Bool { number.isFinite && number >= lowest && number <= highest }

  /// The number as people would write it.
  public static func words(_ number: Double) -> String {
    if number.isNaN { return "not a number" }
    return number == number.rounded() && abs(number) < 1e15 ? String(Int64(number)) : "\(number)"
  }
}
