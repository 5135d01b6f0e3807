import Engine
import Foundation
import Synchronization
import Values

/// A clock on which whoever sleeps has slept already.
public final class SkippingClock: EngineClock {
  private let time: Mutex<Date>

  /// Begins at that time.
  public init(_ start: Date = Date(timeIntervalSince1970: 1_700_000_000)) { time = Mutex(start) }

  /// The time it has become.
  public func now() -> Date { time.withLock { $0 } }

  /// Moves the time on.
  public func sleep(seconds: Double) async throws {
    time.withLock { $0 += seconds }
    await Task.yield()
    try Task.checkCancellation()
  }

  /// Really waits: what goes on meanwhile takes its time, and would lose to a limit that was over at once.
  public func limit(seconds: Double) async throws { try await Task.sleep(for: .bounded(seconds: seconds)) }
}
