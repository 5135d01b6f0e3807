import Foundation
import Values

/// Where runs and their events are kept. What a call acknowledged survives a power cut.
///
/// Every implementation passes one conformance suite. All calls throw ``Failure``.
package protocol JournalStore: Sendable {
  /// Records a new run together with its first events, in one transaction. Fails with ``FailureCode/runIDInvalid`` when its
  /// ID is not a ``RunID``.
  func create(_ run: RunRecord, events: [Event]) async throws -> [Event]

  /// Appends events in one transaction and returns them with their sequence numbers. Durable on return.
  ///
  /// With a lease, the transaction also verifies that the lease's fence is still the newest for its key, and fails
  /// with ``FailureCode/leaseLost`` if not.
  func append(_ events: [Event], to run: String, under lease: Lease?) async throws -> [Event]

  /// The events of a run with a sequence number above `after`, in order.
  func events(of run: String, after sequence: Int64) async throws -> [Event]

  /// The newest event of one of these kinds with a sequence number above `after`; `nil` when there is none. For
  /// frequent reads: it reads no other event.
  func newest(_ kinds: [EventKind], of run: String, after sequence: Int64) async throws -> Event?

  /// The run of that ID, or the only one whose ID begins with it. `nil` when there is none; a failure when several
  /// match.
  func run(_ id: String) async throws -> RunRecord?

  /// All runs without their files, newest first.
  func runs() async throws -> [RunRecord]

  /// Takes the lease `key` if it is free, already held by `holder`, or no longer counts: `liveness` says that its
  /// holder's process is gone, or that is unknown and its time is over. While the process is known to live, it counts.
  func acquire(
    _ key: String, for holder: LeaseHolder, duration: TimeInterval,
    liveness: @Sendable (LeaseHolder) -> ProcessLiveness
  ) async throws -> LeaseAnswer

  /// Extends a lease. Fails with ``FailureCode/leaseLost`` when another process holds it now.
  func renew(_ lease: Lease, duration: TimeInterval) async throws -> Lease

  /// Releases a lease. Releasing a lost one is not an error.
  func release(_ lease: Lease) async throws

  /// The leases that are held, expired ones included.
  func leases() async throws -> [Lease]
}

extension JournalStore {
  /// The newest event of one of these kinds, found among all.
  package func newest(_ kinds: [EventKind], of run: String, after sequence: Int64) async throws -> Event? {
    try await events(of: run, after: sequence).last { kinds.contains($0.kind) }
  }
}

extension FailureCode {
  /// Another process took the lease over; nothing more was written.
  package static let leaseLost: FailureCode = "journal.lease_lost"
  /// The journal's file is not an SQLite database, or is damaged.
  package static let journalDamaged: FailureCode = "journal.damaged"
  /// The journal was written by a newer version of the program.
  package static let journalNewer: FailureCode = "journal.newer_schema"
  /// Another process keeps the journal locked.
  package static let journalLocked: FailureCode = "journal.locked"
  /// The journal could not be written: disk full, read-only, no permission.
  package static let journalUnwritable: FailureCode = "journal.unwritable"
  /// The key file that opens the journal's secrets is missing or wrong.
  package static let journalKey: FailureCode = "journal.key"
  /// There is no run of that ID, or more than one begins with it.
  package static let runUnknown: FailureCode = "journal.run_unknown"
}
