import Foundation

/// Moments as people read them, in a given time zone.
public struct MomentText {
  /// The calendar that names days and hours; its time zone is the operator's.
  let calendar: Calendar

  /// Shows moments in that time zone.
  public init(timeZone: TimeZone) {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = timeZone
    self.calendar = calendar
  }

  /// `02:14:07`.
  public func clock(_ date: Date) -> String {
    let parts = calendar.dateComponents([.hour, .minute, .second], from: date)
    return [parts.hour, parts.minute, parts.second].map { DurationText.twoDigits($0 ?? 0) }.joined(separator: ":")
  }

  /// `2026-11-21 02:14`.
  public func minute(_ date: Date) -> String {
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
