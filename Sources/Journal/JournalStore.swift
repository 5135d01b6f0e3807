import Foundation
import Values

/// Where runs and their events are kept. What a call acknowledged survives a power cut.
///
/// Every implementation passes one conformance suite. All calls throw ``Failure``.
public protocol JournalStore: Sendable {
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

  /// The newest event of one of these kinds with a sequence number above `after`; `nil` when there is none. For looking
  /// often: it reads no other event.
  func newest(_ kinds: [EventKind], of run: String, after sequence: Int64) async throws -> Event?

  /// The run of that ID, or the only one whose ID begins so. `nil` when there is none; a failure when several match.
  func run(_ id: String) async throws -> RunRecord?

  /// All runs without their files, newest first.
  func runs() async throws -> [RunRecord]

  /// Takes the lease `key` if it is free, already held by `holder`, or does not count any more: its holder's process is gone,
  /// as `liveness` tells, or that can't be told and its time is over. While the process is known to live, it counts.
  func acquire(
    _ key: String, for holder: LeaseHolder, duration: TimeInterval,
    liveness: @Sendable (LeaseHolder) -> ProcessLiveness
  ) async throws -> LeaseAnswer

  /// Extends a lease. Fails with ``FailureCode/leaseLost`` when somebody else holds it now.
  func renew(_ lease: Lease, duration: TimeInterval) async throws -> Lease

  /// Gives a lease back. Giving back a lost one is no error.
  func release(_ lease: Lease) async throws

  /// The leases that stand, expired ones included.
  func leases() async throws -> [Lease]
}

extension JournalStore {
  /// The newest event of one of these kinds, found among all.
  public func newest(_ kinds: [EventKind], of run: String, after sequence: Int64) async throws -> Event? {
    try await events(of: run, after: sequence).last { kinds.contains($0.kind) }
  }
}

extension FailureCode {
  /// Somebody else took the lease over; what was about to be written was not.
  public static let leaseLost: FailureCode = "journal.lease_lost"
  /// The journal's file is no SQLite database, or damaged.
  public static let journalDamaged: FailureCode = "journal.damaged"
  /// The journal was written by a newer version of the program.
  public static let journalNewer: FailureCode = "journal.newer_schema"
  /// Another process keeps the journal locked.
  public static let journalLocked: FailureCode = "journal.locked"
  /// The journal could not be written: disk full, read-only, no permission.
  public static let journalUnwritable: FailureCode = "journal.unwritable"
  /// The key file that opens the journal's secrets is missing or wrong.
  public static let journalKey: FailureCode = "journal.key"
  /// There is no run of that ID, or more than one begins so.
  public static let runUnknown: FailureCode = "journal.run_unknown"
}
