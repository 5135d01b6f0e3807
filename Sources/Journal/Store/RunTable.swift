import Crypto
import Foundation
import GRDB
import Values

/// The tables `runs` and `run_files`.
struct RunTable {
  var db: Database
  var coding: PayloadCoding
  /// The journal's file, for failures.
  var path: String

  /// Whether there is a run of exactly that ID.
  func exists(_ id: String) throws -> Bool {
    try Int.fetchOne(db.cachedStatement(sql: "SELECT 1 FROM runs WHERE id = ?"), arguments: [id]) != nil
  }

  /// Adds a run with its files, whose text is kept as bytes: reading a text would stop at a NUL.
  func insert(_ run: RunRecord) throws {
    let parameters = try coding.encode(.object(run.parameters), at: SealedPlace(parametersOf: run.id))
    let createdAt = JournalTime.microseconds(of: run.createdAt)
    try db.execute(
      sql: """
        INSERT INTO runs (id, runbook, runbook_path, inventory_path, parameters, created_at, user, machine, digest,
          last_sequence)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)
        """,
      arguments: [
        run.id, run.runbook, run.runbookPath, run.inventoryPath, parameters, createdAt, run.user, run.machine,
        Self.digest(of: run, createdAt: createdAt, parameters: parameters),
      ])
    for (position, file) in run.files.enumerated() {
      try db.execute(
        sql: "INSERT INTO run_files (run, position, role, name, text, digest) VALUES (?, ?, ?, ?, ?, ?)",
        arguments: [
          run.id, position, file.role.rawValue, file.name, Data(file.text.utf8), Self.digest(of: file, run: run.id),
        ])
    }
  }

  /// Deletes a run with its files and events, if that is its newest event's number; whether it did.
  func delete(_ id: String, at lastSequence: Int64) throws -> Bool {
    try db.execute(sql: "DELETE FROM runs WHERE id = ? AND last_sequence = ?", arguments: [id, lastSequence])
    return db.changesCount > 0
  }

  /// The run of that ID with its files.
  func run(_ id: String) throws -> RunRecord? {
    guard let row = try Row.fetchOne(db, sql: "SELECT \(Self.columns) FROM runs WHERE id = ?", arguments: [id]) else {
      return nil
    }
    var run = try record(in: row)
    run.files = try files(of: id)
    return run
  }

  /// The IDs that begin with the prefix, in order.
  func identifiers(beginning prefix: String) throws -> [String] {
    // Compared by substr, not by LIKE: a prefix may hold % or _.
    try String.fetchAll(
      db, sql: "SELECT id FROM runs WHERE substr(id, 1, length(?1)) = ?1 ORDER BY id", arguments: [prefix])
  }

  /// All runs without their files, newest first.
  func runs() throws -> [RunRecord] {
    try Row.fetchAll(db, sql: "SELECT \(Self.columns) FROM runs ORDER BY created_at DESC, rowid DESC").map(record)
  }

  private static let columns = """
    id, runbook, runbook_path, inventory_path, parameters, created_at, user, machine, digest
    """

  private func record(in row: Row) throws -> RunRecord {
    let parameters: String = row.value(4) ?? ""
    let createdAt: Int64 = row.value(5) ?? 0
    var run = RunRecord(
      id: row.value(0) ?? "", runbook: row.value(1) ?? "", runbookPath: row.value(2) ?? "",
      inventoryPath: row.value(3), parameters: [:], createdAt: JournalTime.date(microseconds: createdAt),
      user: row.value(6) ?? "", machine: row.value(7) ?? "", files: [])
    // A column that could not be read differs from what was hashed.
    guard row.value(8) == Self.digest(of: run, createdAt: createdAt, parameters: parameters) else {
      throw Failure.damagedJournal(path, cause: "the record of run \(run.id) was changed")
    }
    run.parameters = try coding.decode(parameters, at: SealedPlace(parametersOf: run.id)).objectValue ?? [:]
    return run
  }

  private func files(of run: String) throws -> [RunFile] {
    let rows = try Row.fetchAll(
      db, sql: "SELECT role, name, text, digest FROM run_files WHERE run = ? ORDER BY position", arguments: [run])
    return try rows.map { row in
      guard let role = row.value(0).flatMap(RunFile.Role.init(rawValue:)),
        let name: String = row.value(1), let text: Data = row.value(2),
        case let file = RunFile(role: role, name: name, text: String(decoding: text, as: UTF8.self)),
        row.value(3) == Self.digest(of: file, run: run)
      else { throw Failure.damagedJournal(path, cause: "a file kept with run \(run) was changed") }
      return file
    }
  }

  private static func digest(of run: RunRecord, createdAt: Int64, parameters: String) -> Data {
    var digest = RowDigest()
    for text in [run.id, run.runbook, run.runbookPath, run.inventoryPath, parameters, run.user, run.machine] {
      digest.add(text)
    }
    digest.add(createdAt)
    return digest.finish()
  }

  private static func digest(of file: RunFile, run: String) -> Data {
    var digest = RowDigest()
    for text in [run, file.role.rawValue, file.name, file.text] { digest.add(text) }
    return digest.finish()
  }
}

extension Row {
  /// The column's value; `nil` when it is NULL or of another type. GRDB's subscript would trap on a type that only a
  /// damaged file can have.
  func value<Column: DatabaseValueConvertible>(_ index: Int, as type: Column.Type = Column.self) -> Column? {
    Column.fromDatabaseValue(self[index] as DatabaseValue)
  }
}

/// A short hash of a row's content. SQLite has no checksums of its own: without this, a flipped bit inside a text would
/// be believed.
struct RowDigest {
  private var hash = SHA256()

  /// Takes in a field; absent and empty differ.
  mutating func add(_ text: String?) {
    guard var text else { return add(-1) }
    text.withUTF8 { bytes in
      add(Int64(bytes.count))
      hash.update(bufferPointer: UnsafeRawBufferPointer(bytes))
    }
  }

  /// Takes in a number; absent and any number differ.
  mutating func add(_ number: Int64?) {
    withUnsafeBytes(of: (number ?? .min).littleEndian) { hash.update(bufferPointer: $0) }
    if number == nil { hash.update(data: [0]) }
  }

  /// The first eight bytes.
  func finish() -> Data { Data(hash.finalize().prefix(8)) }
}

/// The precision of times in a journal: whole microseconds since 1970, so that every store returns the same.
enum JournalTime {
  /// The stored form of a date.
  static func microseconds(of date: Date) -> Int64 {
    // A date outside of ±290,000 years can't be an event's; it is limited instead of trapping.
    Int64(nearest: date.timeIntervalSince1970 * 1e6)
  }

  /// The date of a stored form.
  static func date(microseconds: Int64) -> Date { Date(timeIntervalSince1970: Double(microseconds) / 1e6) }

  /// A date as it will be after it was stored.
  static func rounded(_ date: Date) -> Date { self.date(microseconds: microseconds(of: date)) }
}
