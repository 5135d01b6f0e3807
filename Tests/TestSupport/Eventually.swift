/// The first result that is there, looked for again and again.
///
/// - Parameters:
///   - what: What is waited for, for the error.
///   - limit: So long at most; far beyond what a busy machine needs.
/// - Throws: ``NeverSo`` when nothing was found in that time, and what `look` throws.
package func eventually<Found>(
  _ what: String = "it", within limit: Duration = .seconds(180), every interval: Duration = .milliseconds(100),
  isolation: isolated (any Actor)? = #isolation, _ look: () async throws -> Found?
) async throws -> Found {
  let end = ContinuousClock.now + limit
  while true {
    if let found = try await look() { return found }
    if ContinuousClock.now >= end { throw NeverSo(what: what, limit: limit) }
    try await Task.sleep(for: interval)
  }
}

/// Looks again and again until something is so; see ``eventually(_:within:every:isolation:_:)``.
package func eventually(
  _ what: String = "it", within limit: Duration = .seconds(180), every interval: Duration = .milliseconds(100),
  isolation: isolated (any Actor)? = #isolation, isSo: () async throws -> Bool
) async throws {
  let _: Void = try await eventually(what, within: limit, every: interval, isolation: isolation) {
    try await isSo() ? () : nil
  }
}

/// What was waited for did not come.
package struct NeverSo: Error, CustomStringConvertible {
  let what: String
  let limit: Duration
  /// A sentence.
  package var description: String { "waited \(limit) in vain for: \(what)" }
}
