import Foundation

/// Which runs of a journal may be deleted because they are old, and which old ones stay.
public struct PruneSelection: Sendable {
  /// Why an old run stays.
  public enum Keeping: String, Sendable, Hashable {
    /// A process executes it.
    case executed
    /// It can be resumed, waits for a person, or has a step in doubt.
    case unfinished
    /// It is done, has changed something, and can be rolled back.
    case undoable
    /// It is one of the newest.
    case newest
  }

  /// An old run.
  public struct Candidate: Sendable {
    /// What never changes.
    public var record: RunRecord
    /// Its state.
    public var state: RunState
    /// Since when nothing has happened to it.
    public var since: Date
    /// Why it stays; `nil` when it may go.
    public var keeping: Keeping?
  }

  /// The runs to which nothing has happened since then are old.
  public var olderThan: Date
  /// How many of the newest runs stay, whatever their age.
  public var keep: Int
  /// Whether those that can be rolled back may go.
  public var includesUndoable: Bool
  /// Whether those that can be resumed, wait or are in doubt may go, and those that can be rolled back.
  public var includesUnfinished: Bool

  /// Selects runs.
  public init(olderThan: Date, keep: Int = 0, includesUndoable: Bool = false, includesUnfinished: Bool = false) {
    self.olderThan = olderThan
    self.keep = keep
    self.includesUndoable = includesUndoable
    self.includesUnfinished = includesUnfinished
  }

  /// The run as a candidate; `nil` when it is not old. `rank` counts the journal's runs from the newest, from 0;
  /// `isExecuted`: a living process holds its lease.
  public func candidate(_ record: RunRecord, _ state: RunState, rank: Int, isExecuted: Bool) -> Candidate? {
    let since = max(state.imported?.at ?? .distantPast, state.lastAt ?? record.createdAt)
    guard since < olderThan else { return nil }
    return Candidate(
      record: record, state: state, since: since, keeping: keeping(state, rank: rank, isExecuted: isExecuted))
  }

  private func keeping(_ state: RunState, rank: Int, isExecuted: Bool) -> Keeping? {
    if isExecuted { return .executed }
    if rank < keep { return .newest }
    // An imported run can neither be resumed nor undone here.
    if state.imported != nil { return nil }
    switch state.status {
    case .refused, .rolledBack, .displaced: return nil
    case .succeeded, .findings:
      // Without a look into the runbook it is not known whether a step names an `undo`: one that has changed something
      // may.
      let isUndoable = state.counts.changed > 0
      return isUndoable && !includesUndoable && !includesUnfinished ? .undoable : nil
    case .created, .running, .failed, .interrupted, .waiting: return includesUnfinished ? nil : .unfinished
    }
  }
}
