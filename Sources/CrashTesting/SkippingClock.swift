import Engine
import Foundation
import Synchronization
import Values

/// A clock on which sleeping takes no real time.
package final class SkippingClock: EngineClock {
  private let time: Mutex<Date>

  /// Begins at that time.
  package init(_ start: Date = Date(timeIntervalSince1970: 1_700_000_000)) { time = Mutex(start) }

  /// Its present time.
  package func now() -> Date { time.withLock { $0 } }

  /// Moves the time forward.
  package func sleep(seconds: Double) async throws {
    time.withLock { $0 += seconds }
    await Task.yield()
    try Task.checkCancellation()
  }

  /// Really waits: work that runs meanwhile takes real time, and a limit that ended at once would end it.
  package func limit(seconds: Double) async throws { try await Task.sleep(for: .bounded(seconds: seconds)) }
}
