import Concurrency
import Synchronization

/// How many commands and streams use one connection at once. They are served in the order in which they come.
final class SessionLimit: Sendable {
  enum Use { case command, stream }

  /// All sessions are taken by streams, and it is unknown when these end.
  struct Exhausted: Error {}

  private struct Waiter {
    let use: Use
    let grant = Promise<Void>()
  }
  private struct State {
    var limit: Int
    var commands = 0
    var streams = 0
    var waiters: [Waiter] = []
  }
  private let state: Mutex<State>

  init(_ limit: Int) { state = Mutex(State(limit: max(1, limit))) }

  /// Waits for a free session. Each success must be followed by one ``release(_:)``.
  ///
  /// - Throws: ``Exhausted``, or `CancellationError`.
  func acquire(_ use: Use) async throws {
    let waiter = Waiter(use: use)
    change { $0.waiters.append(waiter) }
    do {
      try await waiter.grant.value()
    } catch {
      // Cancelled: it is either still waiting, or was granted in the same moment.
      change { $0.waiters.removeAll { $0.grant === waiter.grant } }
      if case .success? = waiter.grant.result { release(use) }
      throw error
    }
  }

  /// Gives a session back.
  func release(_ use: Use) {
    change { state in
      switch use {
      case .command: state.commands -= 1
      case .stream: state.streams -= 1
      }
    }
  }

  /// Lowers the limit, because the host has refused the session that the caller holds.
  ///
  /// - Returns: Whether waiting for another session to end may help.
  func shrinkAfterRefusal() -> Bool {
    var others = 0
    change { state in
      others = state.commands + state.streams - 1
      state.limit = max(1, min(state.limit, others))
    }
    return others > 0
  }

  private func change(_ body: (inout State) -> Void) {
    let decided = state.withLock { state -> [(Promise<Void>, Result<Void, any Error>)] in
      body(&state)
      return Self.decide(&state)
    }
    for (grant, result) in decided { grant.resolve(result) }
  }

  private static func decide(_ state: inout State) -> [(Promise<Void>, Result<Void, any Error>)] {
    var decided: [(Promise<Void>, Result<Void, any Error>)] = []
    while let next = state.waiters.first {
      // One session stays free of streams, so that a command always comes through in the end.
      let limitOfStreams = next.use == .stream ? max(1, state.limit - 1) : state.limit
      if state.streams >= limitOfStreams {
        decided.append((next.grant, .failure(Exhausted())))
      } else if state.commands + state.streams < state.limit {
        switch next.use {
        case .command: state.commands += 1
        case .stream: state.streams += 1
        }
        decided.append((next.grant, .success(())))
      } else {
        break
      }
      state.waiters.removeFirst()
    }
    return decided
  }
}
