import GRDB
import Values

/// The tables of a journal's file and their versions.
enum JournalSchema {
  /// `PRAGMA application_id` of a journal: "RBJL". It protects other programs' databases.
  static let applicationID: Int32 = 0x5242_4a4c

  /// The migrations of a file from each version to the next; the first from nothing to version 1.
  ///
  /// A released migration never changes. `PRAGMA user_version` holds how many were applied.
  private static let migrations: [@Sendable (Database) throws -> Void] = [
    { db in
      try db.execute(
        sql: """
          CREATE TABLE runs (
            id TEXT PRIMARY KEY NOT NULL, runbook TEXT NOT NULL, runbook_path TEXT NOT NULL, inventory_path TEXT,
            parameters TEXT NOT NULL, created_at INTEGER NOT NULL, user TEXT NOT NULL, machine TEXT NOT NULL,
            digest BLOB NOT NULL, last_sequence INTEGER NOT NULL
          ) STRICT;
          CREATE TABLE run_files (
            run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE, position INTEGER NOT NULL, role TEXT NOT NULL,
            name TEXT NOT NULL, text BLOB NOT NULL, digest BLOB NOT NULL,
            PRIMARY KEY (run, position)
          ) STRICT;
          CREATE TABLE events (
            run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE, sequence INTEGER NOT NULL, at INTEGER NOT NULL,
            kind TEXT NOT NULL, path TEXT, attempt INTEGER, host TEXT, payload TEXT NOT NULL, digest BLOB NOT NULL,
            PRIMARY KEY (run, sequence)
          ) STRICT;
          CREATE TABLE leases (
            key TEXT PRIMARY KEY NOT NULL, fence INTEGER NOT NULL, holder TEXT, acquired_at INTEGER, expires_at INTEGER
          ) STRICT;
          """)
    },
    // When a lease ends by the clock that counts from the machine's start.
    { db in try db.execute(sql: "ALTER TABLE leases ADD COLUMN boot_expiry INTEGER") },
    // `run.snapshot` and `location` in place of `run.pictured` and `place`.
    { db in try EventTable.migrateNames(db) },
    // `hosts.taken_over` with its `hosts`, and `lock`, in place of `targets.taken_over`, `targets` and `claim`.
    { db in try EventTable.migrateNames(db) },
  ]

  /// The version that this program writes.
  static var currentVersion: Int { migrations.count }

  /// The version of a file; 0 for one without any table. Refuses another program's, and a newer one.
  static func version(_ db: Database, path: String) throws -> Int {
    let identifier = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
    let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
    if identifier != applicationID {
      let isEmpty = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") == 0
      if isEmpty && identifier == 0 && version == 0 { return 0 }
      throw Failure(
        .journalDamaged, "\(path) is a database of another program, not a journal",
        hint: "name another state folder with --state, or move that file away; it was not changed")
    }
    if version > currentVersion {
      throw Failure(
        .journalNewer,
        "the journal \(path) has schema version \(version); this program knows versions up to \(currentVersion)",
        hint: "use the newer runbook that wrote it; the file was not changed")
    }
    return version
  }

  /// Migrates a file to the current version, in one transaction, even if other processes try the same.
  static func migrate(_ db: Database, path: String) throws {
    var found = 0
    // In one transaction, so that all of it is seen before or after another process's migration.
    try db.inTransaction(.deferred) {
      found = try version(db, path: path)
      return .commit
    }
    if found == currentVersion { return }
    try db.inTransaction(.immediate) {
      for migration in migrations.dropFirst(try version(db, path: path)) { try migration(db) }
      try db.execute(sql: "PRAGMA application_id = \(applicationID)")
      try db.execute(sql: "PRAGMA user_version = \(currentVersion)")
      return .commit
    }
  }
}
