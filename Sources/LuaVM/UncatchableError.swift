/// An error that scripts can't catch: it ends the coroutine and goes straight to who called it. `CancellationError` is
/// treated as one too.
public protocol UncatchableError: Error {}

func isUncatchable(_ error: any Error) -> Bool {
  if let error = error as? LuaError, error.kind == .interrupted { return true }
  return error is any UncatchableError || error is CancellationError
}
