import Values

extension EngineClient {
  /// Returns `true` when an engine that was just started answers, `false` when it does not within the limit.
  package func answers(within limit: Duration) async throws -> Bool {
    try await Polling(longest: .milliseconds(500), limit: limit).until {
      do {
        return try await ping()
      } catch let failure as Failure where failure.isRetryable {
        return nil
      }
    } != nil
  }
}
