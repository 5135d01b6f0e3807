import Synchronization
import Values

/// What failed while a script was executed, whether or not the script went on: a script can catch a failure (`pcall`, a
/// coroutine), and the end of the run names it all the same.
final class FailureLog: Sendable {
  private let state = Mutex<Failure?>(nil)

  /// Notes that the script used a built-in in a way that is wrong whatever happens. The first is kept.
  func note(mistake: Failure) { state.withLock { $0 = $0 ?? mistake } }

  /// The first mistake in the script itself, which it may have caught.
  var mistake: Failure? { state.withLock { $0 } }
}
