import Foundation
import Journal

/// Moments as people read them, in a given time zone.
package struct MomentText {
  /// The calendar that names days and hours; its time zone is the operator's.
  let calendar: Calendar

  /// Shows moments in that time zone.
  package init(timeZone: TimeZone) {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = timeZone
    self.calendar = calendar
  }

  /// `02:14:07`.
  package func clock(_ date: Date) -> String {
    let parts = calendar.dateComponents([.hour, .minute, .second], from: date)
    return [parts.hour, parts.minute, parts.second].map { DurationText.twoDigits($0 ?? 0) }.joined(separator: ":")
  }

  /// `2026-11-21 02:14`.
  package func minute(_ date: Date) -> String {
    let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute], from: date)
    let two = DurationText.twoDigits
    return "\(parts.year ?? 0)-\(two(parts.month ?? 0))-\(two(parts.day ?? 0))"
      + " \(two(parts.hour ?? 0)):\(two(parts.minute ?? 0))"
  }

  /// How long ago: `just now`, `4 minutes ago`, `yesterday`, `3 days ago`.
  func relative(_ date: Date, to now: Date) -> String {
    let seconds = now.timeIntervalSince(date)
    if seconds < -60 { return "in the future" }
    if seconds < 45 { return "just now" }
    let minutes = Int((seconds / 60).rounded())
    if minutes < 60 { return Self.ago(minutes, "minute") }
    let hours = Int((seconds / 3600).rounded())
    if hours < 24 { return Self.ago(hours, "hour") }
    let from = calendar.startOfDay(for: date)
    let days = calendar.dateComponents([.day], from: from, to: calendar.startOfDay(for: now)).day ?? 0
    if days <= 1 { return "yesterday" }
    if days < 60 { return Self.ago(days, "day") }
    return days < 730 ? Self.ago(days / 30, "month") : Self.ago(days / 365, "year")
  }

  private static func ago(_ count: Int, _ unit: String) -> String {
    count == 1 ? "1 \(unit) ago" : "\(count) \(unit)s ago"
  }
}

/// Durations as people say them: `0.4s`, `12.3s`, `3m 05s`, `1h 02m`, `2d 03h`.
package enum DurationText {
  /// Seconds as text; a negative duration (a clock that was set back) counts as none.
  package static func of(_ seconds: TimeInterval) -> String {
    // Tenths first, so that 59.96 does not become `60.0s`.
    let tenths = Int((min(max(0, seconds), 1e9) * 10).rounded())
    if tenths < 600 { return "\(tenths / 10).\(tenths % 10)s" }
    let whole = Int(min(max(0, seconds), 1e9).rounded())
    if whole < 3600 { return "\(whole / 60)m \(twoDigits(whole % 60))s" }
    if whole < 86_400 { return "\(whole / 3600)h \(twoDigits(whole / 60 % 60))m" }
    return "\(whole / 86_400)d \(twoDigits(whole / 3600 % 24))h"
  }

  /// The time left until something, in whole seconds rounded up: `3s`, `1m 20s`.
  static func countdown(_ seconds: TimeInterval) -> String {
    let whole = Int(min(max(0, seconds), 1e9).rounded(.up))
    return whole < 60 ? "\(whole)s" : of(TimeInterval(whole))
  }

  static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

extension StepState {
  /// From the first attempt of its latest execution to its end, in seconds; `nil` before that.
  var duration: TimeInterval? {
    guard let startedAt, let endedAt else { return nil }
    return endedAt.timeIntervalSince(startedAt)
  }
}

/// Amounts of data as people read them.
package enum BytesText {
  /// `512 B`, `3.4 kB`, `12 MB`: in powers of 1000, as disks are sold.
  package static func of(_ bytes: Int64) -> String {
    var amount = Double(max(0, bytes))
    if amount < 1000 { return "\(Int(amount)) B" }
    var unit = ""
    for next in ["kB", "MB", "GB", "TB"] where amount >= 999.5 || unit.isEmpty {
      amount /= 1000
      unit = next
    }
    return amount < 9.95 ? "\((amount * 10).rounded() / 10) \(unit)" : "\(Int(amount.rounded())) \(unit)"
  }
}

/// Numbers with their nouns.
enum Counted {
  /// `1 step`, `5 steps`; the plural is given where it is not the noun with an s.
  static func of(_ count: Int, _ noun: String, _ plural: String? = nil) -> String {
    "\(count) " + (count == 1 ? noun : plural ?? noun + "s")
  }
}
