import Foundation
import GRDB
import LocalFiles
import Values

extension SQLiteJournalStore {
  /// Deletes these runs with all that belongs to them, in one transaction. Each comes with the number of the newest event
  /// that was seen of it: a run that has continued since then, or whose lease is held, stays.
  ///
  /// - Parameter liveness: whether a lease's holder lives.
  /// - Returns: The IDs of those that were deleted, in order.
  public func delete(
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
  public func shrink() async throws {
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
  public func verify() async throws {
    let (pool, path) = (pool, path)
    try await onThreadOfItsOwn { try withJournalFailures(path: path) { try pool.read { try JournalDamage.check($0) } } }
  }

  /// How many bytes the journal's files take on the disk.
  public var size: Int64 {
    ["", "-wal"].reduce(0) { sum, suffix in
      let attributes = try? FileManager.default.attributesOfItem(atPath: path + suffix)
      return sum + ((attributes?[.size] as? NSNumber)?.int64Value ?? 0)
    }
  }
}
