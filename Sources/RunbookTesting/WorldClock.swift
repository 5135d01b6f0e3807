import Engine
import Foundation
import Simulation
import Values

/// The time of a test's world: it advances with the machine's, and a wait takes no real time.
struct WorldClock: EngineClock {
  /// The world; before there is one, nothing has a time of its own.
  let world: @Sendable () -> SimulatedWorld?

  func now() -> Date { world().map { Date(timeIntervalSince1970: $0.now) } ?? Date() }

  /// Moves the world's time forward: everything due in it meanwhile has happened.
  func sleep(seconds: Double) async throws {
    if let world = world() {
      try world.jump(by: min(max(0, seconds), NumberBounds.duration.highest))
    } else {
      try await Task.sleep(for: .bounded(seconds: seconds))
    }
    await Task.yield()
    try Task.checkCancellation()
  }

  /// Really waits: work that runs meanwhile takes real time, and a limit that ended at once would end it.
  func limit(seconds: Double) async throws { try await Task.sleep(for: .bounded(seconds: seconds)) }
}
