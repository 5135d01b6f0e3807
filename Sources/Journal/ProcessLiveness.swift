/// Whether the process behind a lease lives.
public enum ProcessLiveness: Sendable, Hashable {
  /// It certainly does: this very process, by its ID and the time when it started, runs on this machine.
  case alive
  /// It has certainly ended.
  case gone
  /// Unknown: it runs, or ran, on another machine or among other process IDs.
  case unknown
}
