import Foundation
import GRDB
import LocalFiles
import Values

/// Which runs of a journal may be deleted because they are old, and which old ones stay.
package struct PruneSelection: Sendable {
  /// Why an old run stays.
  package enum Keeping: String, Sendable, Hashable {
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
  package struct Candidate: Sendable {
    /// What never changes.
    package var record: RunRecord
    /// Its state.
    package var state: RunState
    /// Since when nothing has happened to it.
    package var since: Date
    /// Why it stays; `nil` when it may go.
    package var keeping: Keeping?
  }

  /// The runs to which nothing has happened since then are old.
  package var olderThan: Date
  /// How many of the newest runs stay, whatever their age.
  package var keep: Int
  /// Whether those that can be rolled back may go.
  package var includesUndoable: Bool
  /// Whether those that can be resumed, wait or are in doubt may go, and those that can be rolled back.
  package var includesUnfinished: Bool

  /// Selects runs.
  package init(olderThan: Date, keep: Int = 0, includesUndoable: Bool = false, includesUnfinished: Bool = false) {
    self.olderThan = olderThan
    self.keep = keep
    self.includesUndoable = includesUndoable
    self.includesUnfinished = includesUnfinished
  }

  /// The run as a candidate; `nil` when it is not old. `rank` counts the journal's runs from the newest, from 0;
  /// `isExecuted`: a living process holds its lease.
  package func candidate(_ record: RunRecord, _ state: RunState, rank: Int, isExecuted: Bool) -> Candidate? {
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

extension SQLiteJournalStore {
  /// Deletes these runs with all that belongs to them, in one transaction. Each comes with the number of the newest event
  /// that was seen of it: a run that has continued since then, or whose lease is held, stays.
  ///
  /// - Parameter liveness: whether a lease's holder lives.
  /// - Returns: The IDs of those that were deleted, in order.
  package func delete(
    _ runs: [(id: String, lastSequence: Int64)], liveness: @Sendable (LeaseHolder) -> ProcessLiveness
  ) async throws -> [String] {
    // Asked before the transaction, so as not to delay it.
    let known = Dictionary(
      uniqueKeysWithValues: try await leases().map { ($0.key, LeaseRules.Known($0, liveness($0.holder))) })
    let time = time
    return try await write { tables in
      var deleted: [String] = []
      for run in runs {
        let key = "run:\(run.id)"
        if let lease = try tables.leases.entry(key).lease,
          lease.holds(known[key]?.liveness(of: lease) ?? .unknown, at: time())
        {
          continue
        }
        if try tables.runs.delete(run.id, at: run.lastSequence) {
          try tables.leases.delete(key)
          deleted.append(run.id)
        }
      }
      return deleted
    }
  }

  /// Returns the space of deleted rows to the disk.
  ///
  /// - Throws: ``Failure`` ``FailureCode/journalLocked`` while another process uses the journal, and
  ///   ``FailureCode/journalUnwritable`` when the disk has no room for the copy that this takes.
  package func shrink() async throws {
    let (pool, path) = (pool, path)
    try await onThreadOfItsOwn {
      try withJournalFailures(path: path) {
        try pool.vacuum()
        _ = try pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
      }
    }
  }

  /// Makes SQLite look for damage in the whole file.
  ///
  /// - Throws: ``Failure`` ``FailureCode/journalDamaged``.
  package func verify() async throws {
    let (pool, path) = (pool, path)
    try await onThreadOfItsOwn { try withJournalFailures(path: path) { try pool.read { try JournalDamage.check($0) } } }
  }

  /// How many bytes the journal's files take on the disk.
  package var size: Int64 {
    ["", "-wal"].reduce(0) { sum, suffix in
      let attributes = try? FileManager.default.attributesOfItem(atPath: path + suffix)
      return sum + ((attributes?[.size] as? NSNumber)?.int64Value ?? 0)
    }
  }
}
