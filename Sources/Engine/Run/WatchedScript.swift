import LuaVM
import Values

/// Runs a script and watches for the stop signal: between steps it stops by itself, while it computes it is
/// interrupted, and when running steps take longer than the grace period, they are cut off.
struct WatchedScript {
  let session: ScriptSession
  let environment: RunEnvironment

  /// Does the work; returns when it has ended, in any way.
  func run(_ work: @escaping @Sendable () async throws -> Void) async -> Result<Void, any Error> {
    let (session, environment) = (session, environment)
    return await withTaskGroup(of: Result<Void, any Error>?.self) { group in
      group.addTask {
        do {
          try await work()
          return .success(())
        } catch { return .failure(error) }
      }
      group.addTask {
        await ScriptWatch(session: session, stop: environment.stop).interruptWhenStuck(after: nil)
        return nil
      }
      group.addTask {
        await environment.stop.wait()
        guard environment.stop.isRaised else { return nil }
        try? await Task.sleep(for: .bounded(seconds: environment.grace))
        return Task.isCancelled ? nil : .failure(StopRequested())
      }
      var result: Result<Void, any Error>?
      while result == nil { result = await group.next() ?? .failure(StopRequested()) }
      group.cancelAll()
      return result!
    }
  }
}
