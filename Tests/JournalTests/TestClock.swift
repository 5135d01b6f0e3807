import Foundation
import Journal
import Synchronization

/// Clocks that stand still until they are moved: the wall clock, and the one that counts from a start of the machine.
final class TestClock: Sendable {
  private let date = Mutex(Date(timeIntervalSince1970: 1_800_000_000.25))
  private let sinceStart = Mutex<BootTime?>(nil)

  var now: Date { date.withLock { $0 } }
  /// `nil` until ``start(_:)``.
  var boot: BootTime? { sinceStart.withLock { $0 } }

  /// Time goes by.
  func advance(by seconds: TimeInterval) {
    date.withLock { $0 += seconds }
    sinceStart.withLock { $0?.microseconds += Int64(seconds * 1e6) }
  }

  /// Somebody sets the wall clock.
  func set(ahead seconds: TimeInterval) { date.withLock { $0 += seconds } }

  /// The machine starts, and its start has that name.
  func start(_ name: String) { sinceStart.withLock { $0 = BootTime(boot: name, microseconds: 1_000_000) } }
}
