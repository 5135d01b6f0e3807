import Synchronization

/// A value that comes later, once; any number of tasks wait for it, and each may give up waiting on its own.
package final class Promise<Value: Sendable>: Sendable {
  private struct State {
    var result: Result<Value, any Error>?
    var waiters: [Int: CheckedContinuation<Value, any Error>] = [:]
    var nextID = 0
  }
  private let state = Mutex(State())

  package init() {}

  /// What it was resolved with, if it was.
  package var result: Result<Value, any Error>? { state.withLock { $0.result } }

  /// Gives the value to all who wait and will wait. Only the first time counts.
  package func resolve(_ result: Result<Value, any Error>) {
    let waiters = state.withLock { state -> [CheckedContinuation<Value, any Error>] in
      guard state.result == nil else { return [] }
      state.result = result
      defer { state.waiters = [:] }
      return Array(state.waiters.values)
    }
    for waiter in waiters { waiter.resume(with: result) }
  }

  /// Waits for the value.
  ///
  /// - Throws: What the promise failed with, or `CancellationError` as soon as the waiting task is cancelled.
  package func value() async throws -> Value {
    let id = state.withLock { state -> Int in
      state.nextID += 1
      return state.nextID
    }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let result = state.withLock { state -> Result<Value, any Error>? in
          if let result = state.result { return result }
          // Checked under the lock: the handler below runs before this, and then finds nothing, or after it.
          if Task.isCancelled { return .failure(CancellationError()) }
          state.waiters[id] = continuation
          return nil
        }
        if let result { continuation.resume(with: result) }
      }
    } onCancel: {
      state.withLock { $0.waiters.removeValue(forKey: id) }?.resume(throwing: CancellationError())
    }
  }
}

/// Work that many wait for and that goes on when one of them waits no longer. Waiting for a `Task` can't be cancelled.
package struct SharedTask<Value: Sendable>: Sendable {
  private let promise = Promise<Value>()
  private let task: Task<Void, Never>

  /// Starts the work.
  package init(_ work: @escaping @Sendable () async throws -> Value) {
    let promise = promise
    task = Task {
      do { promise.resolve(.success(try await work())) } catch { promise.resolve(.failure(error)) }
    }
  }

  /// Waits for what comes of it.
  ///
  /// - Throws: What the work threw, or `CancellationError` as soon as the waiting task is cancelled.
  package func value() async throws -> Value { try await promise.value() }

  /// Ends the work.
  package func cancel() { task.cancel() }
}
