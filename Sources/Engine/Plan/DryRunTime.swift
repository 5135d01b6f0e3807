import Synchronization

/// The time of a dry run, in which a wait takes no real time: how far a branch is ahead of the wall clock. Branches
/// that run side by side each have their own, and the time after them is that of the slowest.
final class DryRunTime: Sendable {
  /// Reading the clock takes a moment, so that code which does nothing else ends.
  private static let glance = 0.001

  private let ahead: Mutex<Double>

  init(ahead: Double = 0) { self.ahead = Mutex(ahead) }

  /// The seconds that were waited.
  var seconds: Double { ahead.withLock { $0 } }

  func wait(_ seconds: Double) { ahead.withLock { $0 += max(0, seconds) } }

  /// What the clock shows here, when the wall clock shows `now`.
  func look(at now: Double) -> Double {
    ahead.withLock {
      $0 += Self.glance
      return now + $0
    }
  }

  /// The time of a branch that begins here.
  func branch() -> DryRunTime { DryRunTime(ahead: seconds) }

  /// Continues after a branch that has ended.
  func absorb(_ branch: DryRunTime) {
    let other = branch.seconds
    ahead.withLock { $0 = max($0, other) }
  }
}
