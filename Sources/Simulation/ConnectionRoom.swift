import DockerEngine
import Synchronization

/// How many connections to simulated engines are open at once: both ends of each are in this process, which may have so
/// many open files and no more. When it is full, callers wait.
final class ConnectionRoom: Sendable {
  private struct State {
    var count = 0
    var waiting = WaitingLine<CheckedContinuation<Void, any Error>>()
  }
  private let state = Mutex(State())
  private let most: Int

  /// - Parameter openFiles: how many this process may have; `nil` when that is not known.
  init(openFiles: Int?) {
    // The rest is for the journal, the terminal, and what the system's libraries open.
    most = openFiles.map { max(8, ($0 - 512) / 2) } ?? .max
  }

  /// Whether callers must not keep a connection after they have their answer.
  var isCrowded: Bool { state.withLock { $0.count > most / 2 } }

  /// Waits for a place, which ``leave()`` gives back.
  func enter() async throws {
    let ticket = state.withLock { $0.waiting.ticket() }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (turn: CheckedContinuation<Void, any Error>) in
        let answer: Result<Void, any Error>? = state.withLock { state in
          // Cancellation is marked before its handler runs, so one of the two sees the other.
          if Task.isCancelled { return .failure(CancellationError()) }
          if state.count < most {
            state.count += 1
            return .success(())
          }
          state.waiting.join(turn, with: ticket)
          return nil
        }
        if let answer { turn.resume(with: answer) }
      }
    } onCancel: {
      state.withLock { $0.waiting.leave(ticket) }?.resume(throwing: CancellationError())
    }
  }

  /// Gives the place to the next who waits.
  func leave() {
    state.withLock { state in
      let next = state.waiting.popFirst()
      if next == nil { state.count -= 1 }
      return next
    }?.resume()
  }
}
