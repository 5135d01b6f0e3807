import Foundation
import Values

/// The time as the engine sees it.
package protocol EngineClock: Sendable {
  /// The wall-clock time.
  func now() -> Date
  /// Waits; throws `CancellationError` when the task is cancelled.
  func sleep(seconds: Double) async throws
  /// Waits until the time limit of something that runs meanwhile is over; throws as ``sleep(seconds:)`` does.
  func limit(seconds: Double) async throws
}

extension EngineClock {
  /// Waits as for anything else.
  package func limit(seconds: Double) async throws { try await sleep(seconds: seconds) }
}

/// The machine's clock.
package struct SystemClock: EngineClock {
  package init() {}
  /// The wall-clock time.
  package func now() -> Date { Date() }
  /// Waits.
  package func sleep(seconds: Double) async throws { try await Task.sleep(for: .bounded(seconds: seconds)) }
}
