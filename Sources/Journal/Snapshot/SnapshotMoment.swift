/// When a snapshot of the swarms was taken.
public enum SnapshotMoment: String, Codable, Sendable, Hashable {
  /// Before the run changed anything.
  case before
  /// After an execution of the run.
  case after
}

extension Sequence<Event> {
  /// The first snapshot from before a run, or the last one from after it; `nil` if there is none.
  public func snapshot(_ moment: SnapshotMoment) -> SwarmSnapshot? {
    let snapshots = compactMap { $0.content(Event.SnapshotTaken.self) }.filter { $0.moment == moment }
    return (moment == .before ? snapshots.first : snapshots.last)?.snapshot
  }
}
