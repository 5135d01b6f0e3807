import LuaVM
import Synchronization
import Values

/// Asks a run to stop at its next safe point, and ends the waits that may be cut short.
package final class StopSignal: Sendable {
  private struct State {
    var isRaised = false
    var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    var next = 0
  }
  private let state = Mutex(State())

  /// A signal that is not raised yet.
  package init() {}

  /// Whether the run has to stop.
  package var isRaised: Bool { state.withLock { $0.isRaised } }

  /// Asks the run to stop.
  package func raise() {
    let waiting = state.withLock { state in
      state.isRaised = true
      defer { state.waiting = [:] }
      return state.waiting
    }
    for continuation in waiting.values { continuation.resume() }
  }

  /// Returns when the signal is raised or the task is cancelled.
  package func wait() async {
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

/// The safe point before each step.
enum Cancellation {
  /// Throws when no further step may begin here.
  static func check(_ stop: StopSignal, _ scope: Scope) async throws {
    try Task.checkCancellation()
    if stop.isRaised { throw StopRequested() }
    if scope.isHalted { throw BranchHalted() }
  }
}

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
