import Values

/// Tries again what was cut off with the connection, with growing pauses, for a limited time since the last contact.
struct Reattachment {
  private static let firstPause: Duration = .milliseconds(250)
  private static let longestPause: Duration = .seconds(5)

  let reconnectTimeout: Duration
  /// Whether the host may have been asked to start the command.
  private(set) var leavesDoubt = false

  init(reconnectTimeout: Duration) { self.reconnectTimeout = reconnectTimeout }

  /// Runs the body until it succeeds, or fails for another reason than the connection, or the reconnectTimeout is used up.
  ///
  /// - Parameter body: It is given what to call when it has reached the host, which counts as the last contact even if
  ///   it fails after that.
  mutating func keep<Result>(
    _ body: (_ onContact: () -> Void) async throws -> Result
  ) async throws -> Result {
    let clock = ContinuousClock()
    var end: ContinuousClock.Instant?
    var pause = Self.firstPause
    while true {
      var isContact = false
      do {
        return try await body { isContact = true }
      } catch let failure as Failure {
        leavesDoubt = leavesDoubt || failure.leavesDoubt
        guard failure.isRetryable else { throw failure }
        if isContact { (end, pause) = (nil, Self.firstPause) }
        let limit = end ?? clock.now + reconnectTimeout
        end = limit
        guard clock.now + pause <= limit else { throw failure }
        try await Task.sleep(for: pause, clock: clock)
        pause = min(pause * 2, Self.longestPause)
      }
    }
  }
}
