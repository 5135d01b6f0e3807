import Concurrency
import NIOCore
import Synchronization
import Values

/// Keeps a few connections to one engine: idle ones are used again, a long call does not hold up the others.
final class ConnectionPool: Sendable {
  private struct State {
    var idle: [EngineConnection] = []
    /// Open or being opened.
    var count = 0
    var opening = 0
    var waiting = WaitingLine<CheckedContinuation<Bool, any Error>>()
    var open: [ObjectIdentifier: EngineConnection] = [:]
    var isClosed = false
  }

  private let state = Mutex(State())
  private let connector: any EngineConnector
  private let group: any EventLoopGroup
  private let maximum: Int

  /// How long a call waits for a used connection before one more is opened. Most calls take a few milliseconds, and a
  /// connection over ssh costs its host a login shell, sudo and a docker process.
  private static let turnTimeout = TimeAmount.milliseconds(100)

  init(connector: any EngineConnector, group: any EventLoopGroup, maximum: Int) {
    self.connector = connector
    self.group = group
    self.maximum = max(1, maximum)
  }

  deinit { close() }

  /// A connection for one exchange, and whether it was used before.
  func lease() async throws -> (connection: EngineConnection, isReused: Bool) {
    enum Next { case reuse(EngineConnection), open, wait, closed }
    var wasPatient = false
    while true {
      let next: Next = state.withLock { state in
        if state.isClosed { return .closed }
        // A closed one leaves by itself; see `forget`.
        while let connection = state.idle.popLast() {
          if connection.isOpen { return .reuse(connection) }
        }
        guard state.count == 0 || (wasPatient && state.opening == 0 && state.count < maximum) else { return .wait }
        state.count += 1
        state.opening += 1
        return .open
      }
      switch next {
      case .reuse(let connection): return (connection, true)
      case .open: return (try await open(), false)
      case .wait: wasPatient = try await waitForTurn(wasPatient: wasPatient) || wasPatient
      case .closed: throw Failure(.engineClosed, "the connection to the Docker engine was closed by this program")
      }
    }
  }

  /// Gives a connection back after its exchange is complete.
  func release(_ connection: EngineConnection) {
    let isKept = state.withLock { state in
      guard !state.isClosed, connection.isOpen else { return false }
      state.idle.append(connection)
      return true
    }
    if isKept { wakeOne() } else { connection.close() }
  }

  /// Closes all connections, used ones too; what waits fails.
  func close() {
    let (connections, waiting) = state.withLock { state in
      state.isClosed = true
      return (Array(state.open.values), state.waiting.popAll())
    }
    for connection in connections { connection.close() }
    for turn in waiting { turn.resume(returning: false) }
  }

  private func open() async throws -> EngineConnection {
    let opening = OpeningChannel()
    let stream: EngineStream
    do {
      stream = try await withTaskCancellationHandler {
        try await connector.connect(on: group) { channel in
          channel.eventLoop.makeCompletedFuture {
            try opening.admit(channel)
            try EngineConnection.prepare(channel)
          }
        }
      } onCancel: {
        opening.cancel()
      }
    } catch {
      state.withLock { state in
        state.count -= 1
        state.opening -= 1
      }
      wakeOne()
      throw Task.isCancelled ? CancellationError() : error
    }
    let connection = EngineConnection(stream: stream)
    let id = ObjectIdentifier(connection)
    let isUnwanted = state.withLock { state in
      state.open[id] = connection
      state.opening -= 1
      return state.isClosed
    }
    // However it ends, its place in the pool becomes free here and only here.
    connection.whenClosed { [weak self] in self?.forget(id) }
    if isUnwanted || Task.isCancelled { connection.close() }
    try Task.checkCancellation()
    return connection
  }

  private func forget(_ id: ObjectIdentifier) {
    state.withLock { state in
      state.open[id] = nil
      state.idle.removeAll { ObjectIdentifier($0) == id }
      state.count -= 1
    }
    wakeOne()
  }

  /// Returns when something may have become free, or after some time; the caller looks again.
  ///
  /// - Parameter wasPatient: whether the time has passed before. It is of no use again while no more may be opened.
  /// - Returns: whether the time passed.
  private func waitForTurn(wasPatient: Bool) async throws -> Bool {
    let ticket = state.withLock { $0.waiting.ticket() }
    do {
      let isPatient = try await withTaskCancellationHandler {
        try await withCheckedThrowingContinuation { (turn: CheckedContinuation<Bool, any Error>) in
          let (isWaiting, isTimed) = state.withLock { state in
            let isFree = !state.idle.isEmpty || state.count == 0 || state.isClosed
            // Cancellation is marked before its handler runs, so one of the two sees the other.
            guard !isFree, !Task.isCancelled else { return (false, false) }
            state.waiting.join(turn, with: ticket)
            return (true, !wasPatient || state.count < maximum)
          }
          guard isWaiting else { return turn.resume(returning: false) }
          guard isTimed else { return }
          group.next().scheduleTask(in: Self.turnTimeout) { [weak self] in self?.take(ticket)?.resume(returning: true) }
        }
      } onCancel: {
        take(ticket)?.resume(throwing: CancellationError())
      }
      try Task.checkCancellation()
      return isPatient
    } catch {
      // The turn may have been given to us just before; pass it on.
      wakeOne()
      throw error
    }
  }

  /// The waiter's continuation, for whoever comes first.
  private func take(_ ticket: Int) -> CheckedContinuation<Bool, any Error>? {
    state.withLock { $0.waiting.leave(ticket) }
  }

  private func wakeOne() { state.withLock { $0.waiting.popFirst() }?.resume(returning: false) }
}
