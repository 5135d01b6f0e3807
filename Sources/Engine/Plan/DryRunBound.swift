import LuaVM
import Synchronization
import Values

/// Ends loops without end in a dry run: there nothing takes time, so that a loop that waits would run forever.
///
/// Lua that computes is interrupted when it takes long; this is for loops that come back to the engine again and again.
final class DryRunBound: Sendable {
  /// The walk is over: the script continued although it was stopped for not ending.
  struct Over: UncatchableError {}

  private struct Counts {
    var places: [String: Int] = [:]
    var all = 0
  }

  private let counts = Mutex(Counts())
  private let stop: StopSignal
  private let calls: Int
  private let allCalls: Int

  /// - Parameter calls: See ``RunEnvironment/dryRunCalls``.
  init(calls: Int, hosts: Int, stop: StopSignal) {
    self.stop = stop
    // A scope may loop over the hosts one after the other.
    self.calls = calls + hosts * max(1, calls / 100)
    allCalls = 10 * calls + hosts * max(1, calls / 100)
  }

  /// Counts calls of a step, or of the code between the steps of a scope. One that does not end fails, once; a script
  /// that catches this failure and continues is ended.
  func count(_ frame: StepFrame?, in scope: Scope?, _ number: Int = 1) throws {
    if stop.isRaised { throw StopRequested() }
    try Task.checkCancellation()
    let place = frame?.path ?? scope.map { "\($0.path.joined(separator: "/"))/" } ?? ""
    let (count, all) = counts.withLock { counts in
      counts.all += number
      counts.places[place, default: 0] += number
      return (counts.places[place] ?? 0, counts.all)
    }
    if count > calls + number + 100 || all > allCalls + number + 100 { throw Over() }
    if count > calls {
      throw failure(
        (frame == nil ? "the runbook" : "the step") + " calls and waits more than \(calls) times", frame)
    }
    if all > allCalls { throw failure("the runbook calls and waits more than \(allCalls) times", frame) }
  }

  private func failure(_ what: String, _ frame: StepFrame?) -> Failure {
    Failure(
      .dryRunEndless, "\(what) without an end", step: frame?.path,
      hint: "look for a loop whose condition never changes, and give waits a time limit")
  }
}

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
