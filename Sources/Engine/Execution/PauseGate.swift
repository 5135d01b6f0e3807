import Journal
import Values

/// Holds a run before its next step while a pause is requested. The request is in the journal, because it comes from
/// another process.
actor PauseGate {
  private let store: any JournalStore
  private let run: String
  private let recorder: Recorder
  /// Everything up to here was read.
  private var seen: Int64
  private var isPaused = false
  /// The latest read, which may have begun before a caller asked for one; and the one after it, for all who ask
  /// meanwhile.
  private var latest: Task<Void, any Error>?
  private var upcoming: Task<Void, any Error>?

  /// How often it reads: SQLite does not report what another process writes.
  private static let interval = Duration.milliseconds(250)

  init(store: any JournalStore, run: String, recorder: Recorder, seen: Int64) {
    self.store = store
    self.run = run
    self.recorder = recorder
    self.seen = seen
  }

  /// Returns when a step may begin here. Nothing is running in the waiting branch, so that a stop ends it at once.
  func pass(_ stop: StopSignal, _ scope: Scope) async throws {
    // Read just now: when `runbook pause` has returned, no further step begins.
    try await look()
    while isPaused {
      try await Cancellation.check(stop, scope)
      try await SystemClock().sleep(seconds: 0.1, unless: stop)
    }
  }

  /// Does the work, and watches the journal meanwhile.
  nonisolated func watched<Result: Sendable>(_ work: @Sendable () async -> Result) async -> Result {
    let watching = Task { await watch() }
    let result = await work()
    watching.cancel()
    await watching.value
    return result
  }

  private func watch() async {
    while !Task.isCancelled {
      do {
        try await Task.sleep(for: Self.interval)
        try await look()
      } catch {
        // Cancelled, or a temporary failure of the journal: the next step reads for itself.
      }
    }
  }

  /// Reads from now on. All that ask during a read share the next one: if thousands of branches began a step at once,
  /// each would read again what all of them have written.
  private func look() async throws {
    if let upcoming { return try await upcoming.value }
    let earlier = latest
    let look = Task {
      _ = await earlier?.result
      upcoming = nil
      try await readNews()
    }
    (latest, upcoming) = (look, look)
    try await look.value
  }

  private func readNews() async throws {
    let known = await recorder.state.lastSequence
    let newest = try await store.newest([.runPauseRequested, .runUnpaused, .runStarted], of: run, after: seen)
    if let newest, newest.sequence > seen {
      // Both may have come between two reads: the observer sees the request, too, before it is withdrawn.
      if newest.kind == .runUnpaused, !isPaused,
        let wish = try await store.newest([.runPauseRequested], of: run, after: seen)
      {
        await recorder.learned(wish)
      }
      isPaused = newest.kind == .runPauseRequested
      if newest.kind != .runStarted { await recorder.learned(newest) }
    }
    seen = max(seen, known, newest?.sequence ?? 0)
  }
}
