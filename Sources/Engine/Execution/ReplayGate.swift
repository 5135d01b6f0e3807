import LuaVM
import Synchronization
import Values

/// Lets one new step be carried out in each pass through the script, so that every step is followed by a replay.
final class ReplayGate: Sendable {
  private let admitted = Mutex<String?>(nil)

  /// The pass ends: a new step waits for the next one.
  struct NextPass: BranchPause {}

  /// Admits the first new step of this pass.
  func admit(_ path: String) throws {
    let isFirst = admitted.withLock { admitted in
      if admitted == nil { admitted = path }
      return admitted == path
    }
    if !isFirst { throw NextPass() }
  }
}

extension FailureCode {
  /// A replay did not reach a step that is recorded.
  public static let diverged: FailureCode = "run.diverged"
  /// A step is done, but the runbook takes a different path and does not reach it.
  public static let leftBehind: FailureCode = "run.left_behind"
}
