import LuaVM
import Synchronization
import Values

/// Ends loops without end in a dry run: there nothing takes time, so that a loop that waits would go on for ever.
final class DryRunBound: Sendable {
  /// So many calls and waits one step may make. A step that polls each second for a day makes fewer.
  static let calls = 100_000

  /// The walk is over: the script goes on in spite of having been told that it does not end.
  struct Over: UncatchableError {}

  private let counts = Mutex<[String: Int]>([:])
  private let stop: StopSignal

  init(stop: StopSignal) { self.stop = stop }

  /// Counts one call of a step, or of what is between steps. A step that waits without end says so, once; a script that
  /// catches this and goes on is ended.
  func count(_ frame: StepFrame?) throws {
    if stop.isRaised { throw StopRequested() }
    try Task.checkCancellation()
    let path = frame?.path ?? ""
    let count = counts.withLock { counts in
      counts[path, default: 0] += 1
      return counts[path] ?? 0
    }
    if count > Self.calls + 100 { throw Over() }
    guard count > Self.calls else { return }
    throw Failure(
      .dryRunEndless,
      (frame == nil ? "the runbook" : "the step") + " calls and waits more than \(Self.calls) times without an end",
      step: frame?.path, hint: "look for a loop whose condition never changes, and give what waits a time limit")
  }
}
