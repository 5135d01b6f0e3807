import Foundation
import Values

/// The precision of times in a journal: whole microseconds since 1970, so that every store returns the same.
enum JournalTime {
  /// The stored form of a date.
  static func microseconds(of date: Date) -> Int64 {
    // A date outside of ±290,000 years can't be an event's; it is limited instead of trapping.
    Int64(nearest: date.timeIntervalSince1970 * 1e6)
  }

  /// The date of a stored form.
  static func date(microseconds: Int64) -> Date { Date(timeIntervalSince1970: Double(microseconds) / 1e6) }

  /// A date as it will be after it was stored.
  static func rounded(_ date: Date) -> Date { self.date(microseconds: microseconds(of: date)) }
}
