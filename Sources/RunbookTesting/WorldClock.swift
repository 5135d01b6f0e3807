import Engine
import Foundation
import Simulation
import Values

/// The time of a test's world: it goes on with the machine's, and whoever waits has waited already.
struct WorldClock: EngineClock {
  /// The world; before there is one, nothing has a time of its own.
  let world: @Sendable () -> SimulatedWorld?

  func now() -> Date { world().map { Date(timeIntervalSince1970: $0.now) } ?? Date() }

  /// Moves the world's time on: what was to happen in it meanwhile has happened.
  func sleep(seconds: Double) async throws {
    if let world = world() {
      try world.jump(by: min(max(0, seconds), NumberBounds.duration.highest))
    } else {
      try await Task.sleep(for: .bounded(seconds: seconds))
    }
    await Task.yield()
    try Task.checkCancellation()
  }

  /// Really waits: what goes on meanwhile takes its time, and would lose to a limit that was over at once.
  func limit(seconds: Double) async throws { try await Task.sleep(for: .bounded(seconds: seconds)) }
}
