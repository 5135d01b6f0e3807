extension Duration {
  /// The whole duration in seconds.
  public var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }

  /// So many seconds, from none to the longest of ``NumberBounds/duration``: a number that was recorded, computed or said by
  /// something else never is more than a timer can count.
  public static func bounded(seconds: Double) -> Duration {
    .seconds(seconds.isNaN ? 0 : min(max(0, seconds), NumberBounds.duration.highest))
  }
}
