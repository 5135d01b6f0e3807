import Values

/// Reads durations as people write them in runbooks.
enum DurationText {
  /// Seconds of `500ms`, `2s`, `1.5m`, `1h`, or of a bare number of seconds.
  static func seconds(_ text: String) -> Double? {
    let units: [(suffix: String, factor: Double)] = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86400)]
    for unit in units where text.hasSuffix(unit.suffix) {
      guard let number = Double(text.dropLast(unit.suffix.count)), number >= 0, number.isFinite else { continue }
      return number * unit.factor
    }
    guard let number = Double(text), number >= 0, number.isFinite else { return nil }
    return number
  }
}
