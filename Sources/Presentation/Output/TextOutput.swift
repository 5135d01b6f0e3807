/// Where a presenter's text goes.
public protocol TextOutput: Sendable {
  /// Takes text to write and returns at once.
  func write(_ text: String)
  /// Whether all that was taken is written.
  var isIdle: Bool { get }
  /// Waits until all that was taken is written, or can't be, or the waiting task is cancelled.
  func drain() async
}
