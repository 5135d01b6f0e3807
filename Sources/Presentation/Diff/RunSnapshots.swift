import Journal

/// The state of the hosts before a run, and after it; `nil` where it was not read, as with a run that changes nothing.
public struct RunSnapshots: Sendable {
  let before: SwarmSnapshot?
  let after: SwarmSnapshot?

  /// What was recorded in a run's events.
  public init(of events: [Event]) {
    before = events.snapshot(.before)
    after = events.snapshot(.after)
  }

  /// What is different in the second; nothing when one of the two is not known.
  static func differences(_ left: SwarmSnapshot?, _ right: SwarmSnapshot?) -> [SnapshotComparison.Difference] {
    guard let left, let right else { return [] }
    return SnapshotComparison(left, right).differences
  }
}
