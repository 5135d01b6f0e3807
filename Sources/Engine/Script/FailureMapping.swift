import LuaVM
import Values

/// Turns any error into a ``Failure`` for people.
enum FailureMapping {
  static func failure(_ error: any Error) -> Failure {
    switch error {
    case let failure as Failure: return failure
    case let refused as RunRefused: return refused.failure
    case let concluded as RunConcluded: return concluded.failure
    case let doubt as CallInDoubt: return doubt.failure
    case let ended as RunEnded: return ended.failure
    case let lua as LuaError: return failure(lua)
    default:
      return Failure(
        .unexpected, "an unexpected error occurred", cause: String(describing: error),
        hint: "report it: this is a defect of runbook")
    }
  }

  private static func failure(_ error: LuaError) -> Failure {
    if let underlying = error.underlying {
      var failure = failure(underlying)
      failure.location = failure.location ?? error.location
      failure.traceback = failure.traceback ?? error.traceback
      return failure
    }
    var failure =
      switch error.kind {
      case .syntax:
        Failure(.runbookSyntax, error.message, hint: "fix this line, or one before it: it is not Lua 5.4")
      case .memory:
        Failure(
          .runbookMemory, "the runbook needs more memory than it may have",
          hint: "look for a table or text that grows in a loop")
      case .interrupted: Failure(.runbookEndless, "the runbook was interrupted while it was computing")
      case .runtime: Failure(.runbookRaised, error.message)
      }
    failure.location = error.location
    failure.traceback = error.traceback
    return failure
  }
}
