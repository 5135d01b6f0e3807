/// Reports to the observer of a run that a host has not answered yet, from where that is noticed to where it is shown.
package enum HostWait {
  /// After how long it is reported.
  package static let shownAfter: Duration = .seconds(5)

  /// Gets the host's name and what is waited for; `nil` without an observer.
  @TaskLocal package static var follower: (@Sendable (_ host: String, _ text: String) async -> Void)?

  /// Carries out `body`, and reports once what it waits for when it takes longer than ``shownAfter``.
  ///
  /// - Parameter text: A sentence without the host's name and its end: "the engine has not answered".
  package static func telling<Result: Sendable>(
    _ host: String, _ text: String, _ body: @Sendable () async throws -> Result
  ) async throws -> Result {
    guard let follower else { return try await body() }
    // Leaving cancels it and waits for its end.
    async let _: Void = remind(follower, host, text)
    return try await body()
  }

  /// The same, for at most this long; then that error is thrown.
  package static func limited<Result: Sendable>(
    to limit: Duration, _ host: String, _ text: String, else error: @autoclosure @Sendable @escaping () -> any Error,
    _ body: @Sendable @escaping () async throws -> Result
  ) async throws -> Result {
    try await withThrowingTaskGroup(of: Result.self) { group in
      group.addTask { try await telling(host, "\(text); waiting up to \(limit.words)", body) }
      group.addTask {
        try await Task.sleep(for: limit)
        throw error()
      }
      defer { group.cancelAll() }
      return try await group.next()!
    }
  }

  private static func remind(
    _ follower: @Sendable (_ host: String, _ text: String) async -> Void, _ host: String, _ text: String
  ) async {
    guard (try? await Task.sleep(for: shownAfter)) != nil else { return }
    await follower(host, text)
  }
}
