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
        try? await Task.sleep(for: .bounded(seconds: environment.options.grace))
        return Task.isCancelled ? nil : .failure(StopRequested())
      }
      var result: Result<Void, any Error>?
      while result == nil { result = await group.next() ?? .failure(StopRequested()) }
      group.cancelAll()
      return result!
    }
  }
}

/// Watches a script that may compute without end: a stop signal must still reach it.
struct ScriptWatch {
  let session: ScriptSession
  let stop: StopSignal

  /// How often it checks.
  private static let interval = Duration.milliseconds(100)

  /// Returns after it had to interrupt the script, or when the task is cancelled.
  ///
  /// - Parameter limit: seconds of uninterrupted computing after which the script is taken for stuck; `nil` when it
  ///   may take as long as it likes, and is only interrupted when the stop signal finds it computing.
  func interruptWhenStuck(after limit: Double?) async {
    while !Task.isCancelled {
      let busy = session.runtime.busyTime()?.seconds ?? 0
      let allowed = stop.isRaised ? 0.5 : limit ?? .infinity
      if busy > allowed {
        session.runtime.interrupt()
        return
      }
      try? await Task.sleep(for: Self.interval)
    }
  }
}
