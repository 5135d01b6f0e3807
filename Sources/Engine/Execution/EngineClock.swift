import Foundation

/// The time as the engine sees it.
public protocol EngineClock: Sendable {
  /// The wall-clock time.
  func now() -> Date
  /// Waits; throws `CancellationError` when the task is cancelled.
  func sleep(seconds: Double) async throws
}

/// The machine's clock.
public struct SystemClock: EngineClock {
  /// The machine's clock.
  public init() {}
  /// The wall-clock time.
  public func now() -> Date { Date() }
  /// Waits.
  public func sleep(seconds: Double) async throws { try await Task.sleep(for: .seconds(seconds)) }
}
