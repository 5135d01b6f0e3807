import Synchronization

/// Asks a run to stop at its next safe point, and ends the waits that may be cut short.
public final class StopSignal: Sendable {
  private struct State {
    var isRaised = false
    var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    var next = 0
  }
  private let state = Mutex(State())

  /// A signal that is not raised yet.
  public init() {}

  /// Whether the run has to stop.
  public var isRaised: Bool { state.withLock { $0.isRaised } }

  /// Asks the run to stop.
  public func raise() {
    let waiting = state.withLock { state in
      state.isRaised = true
      defer { state.waiting = [:] }
      return state.waiting
    }
    for continuation in waiting.values { continuation.resume() }
  }

  /// Returns when the signal is raised or the task is cancelled.
  public func wait() async {
    let ticket = state.withLock { state in
      state.next += 1
      return state.next
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          if state.isRaised || Task.isCancelled { return true }
          state.waiting[ticket] = continuation
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiting.removeValue(forKey: ticket) }?.resume()
    }
  }
}

extension EngineClock {
  /// Waits that long, or until the signal is raised, which throws ``StopRequested``.
  func sleep(seconds: Double, unless stop: StopSignal) async throws {
    if stop.isRaised { throw StopRequested() }
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await self.sleep(seconds: seconds) }
      group.addTask {
        await stop.wait()
        if stop.isRaised { throw StopRequested() }
      }
      try await group.next()
      group.cancelAll()
    }
  }
}
