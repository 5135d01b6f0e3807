/// Work that is given up after a while.
enum Limited {
  /// The work has taken too long.
  struct Exceeded: Error {}

  /// Runs the work, and cancels it when the limit is over.
  static func run<Answer: Sendable>(
    _ limit: Duration, _ work: @escaping @Sendable () async throws -> Answer
  ) async throws -> Answer {
    try await withThrowingTaskGroup(of: Answer?.self) { group in
      group.addTask { try await work() }
      group.addTask {
        try await Task.sleep(for: limit)
        return nil
      }
      defer { group.cancelAll() }
      guard let first = try await group.next() ?? nil else { throw Exceeded() }
      return first
    }
  }
}
