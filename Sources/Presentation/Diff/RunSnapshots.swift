import Journal

/// How the hosts stood before a run, and after it; `nil` where nobody looked, as with a run that changes nothing.
public struct RunSnapshots: Sendable {
  let before: SwarmSnapshot?
  let after: SwarmSnapshot?

  /// What was recorded in a run's events.
  public init(of events: [Event]) {
    before = events.snapshot(.before)
    after = events.snapshot(.after)
  }

  /// What is different of the second; nothing where one of the two isn't known.
  static func differences(_ left: SwarmSnapshot?, _ right: SwarmSnapshot?) -> [SnapshotComparison.Difference] {
    guard let left, let right else { return [] }
    return SnapshotComparison(left, right).differences
  }
}
