import Values

/// Looks again and again until something is so.
///
/// It is used where the engine announces nothing: it sends no events for tasks, for a node's own state in a swarm, or
/// for the end of a removal. The pauses grow from short to bounded, so that what is quick is seen at once.
struct Polling: Sendable {
  /// The first pause.
  var first: Duration = .milliseconds(20)
  /// The longest pause.
  var longest: Duration = .milliseconds(250)
  /// How long to look at all.
  var limit: Duration

  /// The first result that is not `nil`; `nil` when the time is over. `look` runs at least twice: at once and at the end.
  func until<Found>(_ look: () async throws -> Found?) async throws -> Found? {
    let clock = ContinuousClock()
    let end = clock.now + limit
    var pause = first
    while true {
      // Taken before looking: what is so at the end of the time counts.
      let isLast = clock.now >= end
      if let found = try await look() { return found }
      if isLast { return nil }
      try await clock.sleep(until: min(clock.now + pause, end), tolerance: .milliseconds(1))
      pause = min(pause * 3 / 2, longest)
    }
  }
}
