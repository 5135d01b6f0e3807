import Foundation
import GRDB
import LocalFiles
import Values

// The protocol documents its requirements.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
/// A journal in an SQLite file, shared by all processes that use the same state folder.
///
/// A call that writes is durable on return (write-ahead log, `synchronous=FULL`), and once begun it is completed
/// even when its task is cancelled: effects outside must not stay unrecorded. Waiting for another process's write
/// ends after the busy timeout with ``FailureCode/journalLocked``. Reads of a cancelled task end with
/// `CancellationError`.
package final class SQLiteJournalStore: JournalStore {
  /// What the file is opened for.
  package enum Access: Sendable, Hashable {
    /// Everything. The file is made when it is missing.
    case readWrite
    /// Shows runs and records an operator's answers: like ``readWrite``, but shows no secret and needs no key.
    case answering
    /// `list` and `show`: needs no key, shows no secret, changes nothing, and works with a file that can't be written.
    case readOnly
  }

  let path: String
  private let access: Access
  let pool: DatabasePool
  private let coding: PayloadCoding
  /// The clocks that leases expire by.
  let time: @Sendable () -> LeaseTime

  /// Opens or makes the journal. Fails with ``FailureCode/journalDamaged``, ``FailureCode/journalNewer``,
  /// ``FailureCode/journalLocked`` or ``FailureCode/journalUnwritable``, and for reading also with
  /// ``FailureCode/journalMissing``.
  ///
  /// `sealer` seals the secrets; `busyTimeout` (seconds) bounds each wait for other processes; `now` and `boot` are the
  /// clocks that leases expire by.
  package init(
    path: String, sealer: SecretSealer, access: Access = .readWrite, busyTimeout: TimeInterval = 5,
    now: @escaping @Sendable () -> Date = { Date() }, boot: @escaping @Sendable () -> BootTime? = { BootTime.now }
  ) async throws {
    self.path = path
    self.access = access
    time = { LeaseTime(wall: now(), boot: boot()) }
    coding = PayloadCoding(sealer: sealer, secrets: access == .readWrite ? .open : .hide)
    pool = try await onThreadOfItsOwn {
      switch access {
      case .readWrite, .answering: try JournalConnection.openForWriting(path, busyTimeout: busyTimeout)
      case .readOnly: try JournalConnection.openForReading(path, busyTimeout: busyTimeout)
      }
    }
  }

  /// Closes the file. Without it, the file is closed with the store's last reference.
  package func close() async throws {
    let (pool, path) = (pool, path)
    try await onThreadOfItsOwn { try withJournalFailures(path: path) { try pool.close() } }
  }

  /// What the writing connection has set for a pragma, for verifying it.
  func setting(_ pragma: String) async throws -> String? {
    try await pool.writeWithoutTransaction { try String.fetchOne($0, sql: "PRAGMA \(pragma)") }
  }

  package func create(_ run: RunRecord, events: [Event]) async throws -> [Event] {
    _ = try RunID(validating: run.id)
    return try await write { tables in
      if try tables.runs.exists(run.id) { throw Failure.runExists(run.id) }
      try tables.runs.insert(run)
      return try tables.events.append(events, to: run.id)
    }
  }

  package func append(_ events: [Event], to run: String, under lease: Lease?) async throws -> [Event] {
    try await write { tables in
      if let lease { try LeaseRules.verify(lease, entry: tables.leases.entry(lease.key)) }
      return try tables.events.append(events, to: run)
    }
  }

  package func events(of run: String, after sequence: Int64) async throws -> [Event] {
    try await read { try $0.events.events(of: run, after: sequence) }
  }

  package func newest(_ kinds: [EventKind], of run: String, after sequence: Int64) async throws -> Event? {
    try await read { try $0.events.newest(kinds, of: run, after: sequence) }
  }

  package func run(_ id: String) async throws -> RunRecord? {
    try await read { tables in
      if let run = try tables.runs.run(id) { return run }
      let matches = id.isEmpty ? [] : try tables.runs.identifiers(beginning: id)
      guard matches.count <= 1 else { throw Failure.ambiguousRun(id, matches: matches) }
      return try matches.first.flatMap(tables.runs.run)
    }
  }

  package func runs() async throws -> [RunRecord] {
    try await read { try $0.runs.runs() }
  }

  package func acquire(
    _ key: String, for holder: LeaseHolder, duration: TimeInterval,
    liveness: @Sendable (LeaseHolder) -> ProcessLiveness
  ) async throws -> LeaseAnswer {
    // Asked before the transaction, which is not held up by it; the rules believe the answer only for this very lease.
    let held = try await read { try $0.leases.entry(key).lease }
    let known = held.flatMap { $0.holder != holder ? LeaseRules.Known($0, liveness($0.holder)) : nil }
    let time = time
    return try await write { tables in
      let (answer, entry) = LeaseRules.acquire(
        key, for: holder, duration: duration, at: time(), entry: try tables.leases.entry(key), known: known)
      if case .granted = answer { try tables.leases.save(entry, for: key) }
      return answer
    }
  }

  package func renew(_ lease: Lease, duration: TimeInterval) async throws -> Lease {
    let time = time
    return try await write { tables in
      let entry = try tables.leases.entry(lease.key)
      let renewed = try LeaseRules.renew(lease, duration: duration, at: time(), entry: entry)
      try tables.leases.save(LeaseRules.Entry(fence: entry.fence, lease: renewed), for: lease.key)
      return renewed
    }
  }

  package func release(_ lease: Lease) async throws {
    try await write { tables in
      let entry = try tables.leases.entry(lease.key)
      guard LeaseRules.isHeld(lease, entry: entry) else { return }
      try tables.leases.save(LeaseRules.Entry(fence: entry.fence, lease: nil), for: lease.key)
    }
    await giveLogBack()
  }

  /// Empties the write-ahead log, which would keep its largest size. If a process reads it at the moment, it stays.
  private func giveLogBack() async {
    let pool = pool
    try? await onThreadOfItsOwn {
      try pool.writeWithoutTransaction { db in _ = try db.checkpoint(.truncate) }
    }
  }

  package func leases() async throws -> [Lease] {
    try await read { try $0.leases.all() }
  }

  /// The tables, inside a transaction.
  struct Tables {
    var runs: RunTable
    var events: EventTable
    var leases: LeaseTable

    init(_ db: Database, coding: PayloadCoding, path: String) {
      runs = RunTable(db: db, coding: coding, path: path)
      events = EventTable(db: db, coding: coding, path: path)
      leases = LeaseTable(db: db, path: path)
    }
  }

  private func read<Result: Sendable>(_ work: @escaping @Sendable (Tables) throws -> Result) async throws -> Result {
    let (coding, path) = (coding, path)
    do {
      return try await pool.read { try work(Tables($0, coding: coding, path: path)) }
    } catch {
      throw journalFailure(error, path: path)
    }
  }

  /// Runs the work in an immediate transaction. It gets its own task, because a cancelled one would roll it back.
  func write<Result: Sendable>(_ work: @escaping @Sendable (Tables) throws -> Result) async throws -> Result {
    guard access != .readOnly else {
      throw Failure(.journalUnwritable, "the journal \(path) was opened for reading only")
    }
    let (coding, path, pool) = (coding, path, pool)
    do {
      return try await Task { try await pool.write { try work(Tables($0, coding: coding, path: path)) } }.value
    } catch {
      throw journalFailure(error, path: path)
    }
  }
}
