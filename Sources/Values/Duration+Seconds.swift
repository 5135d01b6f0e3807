extension Duration {
  /// The whole duration in seconds.
  public var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }

  /// This many seconds, from none to the longest of ``NumberBounds/duration``: a number that was recorded, computed or
  /// came from outside never becomes more than a timer can count.
  public static func bounded(seconds: Double) -> Duration {
    .seconds(seconds.isNaN ? 0 : min(max(0, seconds), NumberBounds.duration.highest))
  }

  /// For people: `60 s`, `1.5 s`, `250 ms`.
  public var words: String {
    let seconds = min(max(seconds, 0), NumberBounds.duration.highest)
    if seconds > 0, seconds < 1 { return "\(Int((seconds * 1000).rounded())) ms" }
    let tenths = (seconds * 10).rounded()
    return tenths.truncatingRemainder(dividingBy: 10) == 0 ? "\(Int(tenths / 10)) s" : "\(tenths / 10) s"
  }
}
