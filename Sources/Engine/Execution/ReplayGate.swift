import LuaVM
import Synchronization
import Values

/// Lets one new step be carried out in each pass through the script, so that every step is followed by a replay.
final class ReplayGate: Sendable {
  private struct State {
    var admitted: String?
    var reached: Set<String> = []
  }
  private let state = Mutex(State())

  /// The pass ends: a new step waits for the next one.
  struct NextPass: BranchPause {}

  func reached(_ path: String) { state.withLock { _ = $0.reached.insert(path) } }

  /// Admits the first new step of this pass.
  func admit(_ path: String) throws {
    let isFirst = state.withLock { state in
      if state.admitted == nil { state.admitted = path }
      return state.admitted == path
    }
    if !isFirst { throw NextPass() }
  }

  /// What is recorded as done and was not reached in this pass: the replay took another way.
  func missing(of done: [String]) -> [String] {
    let reached = state.withLock { $0.reached }
    return done.filter { !reached.contains($0) }
  }
}

extension FailureCode {
  /// A replay did not come to a step that is recorded.
  public static let diverged: FailureCode = "run.diverged"
}
