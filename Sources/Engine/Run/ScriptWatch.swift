import LuaVM

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
