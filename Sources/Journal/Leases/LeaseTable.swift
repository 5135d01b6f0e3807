import Foundation
import GRDB
import Values

/// The table `leases`. A line stays after its lease was released, so that fences never repeat.
struct LeaseTable {
  var db: Database
  /// The journal's file, for failures.
  var path: String

  /// The line of the key.
  func entry(_ key: String) throws -> LeaseRules.Entry {
    guard let row = try Row.fetchOne(db, sql: "\(selection) WHERE key = ?", arguments: [key]) else {
      return LeaseRules.Entry()
    }
    guard let fence: Int64 = row.value(1) else { throw Failure.damagedJournal(path, cause: "lease \(key)") }
    return LeaseRules.Entry(fence: fence, lease: try lease(in: row))
  }

  /// Writes the line of the key.
  func save(_ entry: LeaseRules.Entry, for key: String) throws {
    let holder = try entry.lease.map { lease in
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return String(decoding: try encoder.encode(lease.holder), as: UTF8.self)
    }
    try db.execute(
      sql: """
        INSERT INTO leases (key, fence, holder, acquired_at, expires_at, boot_expiry) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
        ON CONFLICT (key) DO UPDATE SET fence = ?2, holder = ?3, acquired_at = ?4, expires_at = ?5, boot_expiry = ?6
        """,
      arguments: [
        key, entry.fence, holder, entry.lease.map { JournalTime.microseconds(of: $0.acquiredAt) },
        entry.lease.map { JournalTime.microseconds(of: $0.expiresAt) }, entry.lease?.bootExpiry,
      ])
  }

  /// Forgets the key: it will never be leased again.
  func delete(_ key: String) throws { try db.execute(sql: "DELETE FROM leases WHERE key = ?", arguments: [key]) }

  /// All that are held, by key.
  func all() throws -> [Lease] {
    try Row.fetchAll(db, sql: "\(selection) WHERE holder IS NOT NULL ORDER BY key").compactMap(lease)
  }

  /// A journal that an older version wrote, and that is opened for reading only, has no such column yet.
  private var selection: String {
    get throws {
      let hasBootExpiry = try db.columns(in: "leases").contains { $0.name == "boot_expiry" }
      return "SELECT key, fence, holder, acquired_at, expires_at, \(hasBootExpiry ? "boot_expiry" : "NULL") FROM leases"
    }
  }

  private func lease(in row: Row) throws -> Lease? {
    if (row[2] as DatabaseValue).isNull { return nil }
    guard let text: String = row.value(2), let key: String = row.value(0), let fence: Int64 = row.value(1),
      let holder = try? JSONDecoder().decode(LeaseHolder.self, from: Data(text.utf8)),
      let acquiredAt: Int64 = row.value(3), let expiresAt: Int64 = row.value(4)
    else { throw Failure.damagedJournal(path, cause: "a lease can't be read") }
    return Lease(
      key: key, holder: holder, acquiredAt: JournalTime.date(microseconds: acquiredAt),
      expiresAt: JournalTime.date(microseconds: expiresAt), bootExpiry: row.value(5), fence: fence)
  }
}
