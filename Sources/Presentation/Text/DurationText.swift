import Foundation

/// Durations as people say them: `0.4s`, `12.3s`, `3m 05s`, `1h 02m`, `2d 03h`.
public enum DurationText {
  /// Seconds as text; a negative duration (a clock that was set back) counts as none.
  public static func of(_ seconds: TimeInterval) -> String {
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
