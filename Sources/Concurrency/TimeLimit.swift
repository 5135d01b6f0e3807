/// Does the work, but for at most so long.
///
/// - Returns: What the work gives, or `nil` when its time was over before; the work is cancelled then, and waited for.
/// - Throws: What the work throws, or `CancellationError` when the caller is cancelled.
package func withTimeLimit<Value: Sendable>(
  _ limit: Duration, _ work: @escaping @Sendable () async throws -> Value
) async throws -> Value? {
  try await withThrowingTaskGroup(of: Value?.self) { group in
    group.addTask { try await work() }
    group.addTask {
      try await Task.sleep(for: limit)
      return nil
    }
    defer { group.cancelAll() }
    let first = try await group.next() ?? nil
    try Task.checkCancellation()
    return first
  }
}
