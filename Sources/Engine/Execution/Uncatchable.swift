import LuaVM
import Values

/// The run is to stop at this point: Ctrl-C, a signal, a lost lease.
struct StopRequested: UncatchableError {}

/// Another branch failed; this one ends before its next step.
struct BranchHalted: UncatchableError {}

/// A person must decide before the run can go on.
struct PersonNeeded: UncatchableError {
  /// `in_doubt` or `approval`.
  var reason: String
  var path: String
  var message: String
}

/// The runbook can't go on: a person has said no, or it calls something in a way that would leave a part of it out.
struct RunEnded: UncatchableError {
  var failure: Failure
}

/// The run is at its end, because of what it has found. A runbook can't catch that and go on.
struct RunConcluded: UncatchableError {
  var failure: Failure
}

/// Checks found reasons not to begin. A runbook can't catch that and go on.
struct RunRefused: UncatchableError {
  var failure: Failure
}

/// It is not known what became of a call that must not be done twice. A runbook can't catch that and go on, or try again.
struct CallInDoubt: UncatchableError {
  var failure: Failure
}
