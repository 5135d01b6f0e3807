/// Reports tests as they end.
public protocol TestReport {
  /// A case has ended, or a file could not be loaded.
  mutating func tell(_ outcome: TestOutcome)
  /// All have ended.
  mutating func close()
}
