import LuaVM
import Values

/// The run has to stop at this point: Ctrl-C, a signal, a lost lease.
struct StopRequested: UncatchableError {}

/// Another branch failed; this one ends before its next step.
struct BranchHalted: UncatchableError {}

/// The operator must decide before the run can continue.
struct PersonNeeded: UncatchableError {
  /// `in_doubt` or `approval`.
  var reason: String
  var path: String
  var message: String
}

/// The runbook can't continue: the operator has rejected it, or it calls something in a way that would skip a part of
/// it.
struct RunEnded: UncatchableError {
  var failure: Failure
}

/// The run ends, because of its findings. A runbook can't catch that and continue.
struct RunConcluded: UncatchableError {
  var failure: Failure
}

/// Checks found reasons not to begin. A runbook can't catch that and continue.
struct RunRefused: UncatchableError {
  var failure: Failure
}

/// The outcome of a call that must not be done twice is not known. A runbook can't catch that and continue, or try
/// again.
struct CallInDoubt: UncatchableError {
  var failure: Failure
}
