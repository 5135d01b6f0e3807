import GRDB
import Values

/// What is wrong with a journal's file, and what of it can be read.
enum JournalDamage {
  /// Fails with `SQLITE_CORRUPT` and SQLite's first finding when the file is not sound.
  static func check(_ db: Database) throws {
    let findings = try String.fetchAll(db, sql: "PRAGMA quick_check(1)")
    if findings != ["ok"] {
      throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: findings.first.map(lastLine))
    }
  }

  /// Whether SQLite says that the file is damaged.
  static func isDamage(_ error: DatabaseError) -> Bool {
    error.resultCode == .SQLITE_CORRUPT || error.resultCode == .SQLITE_NOTADB
  }

  /// One line: what is wrong, and how much can be read. Opens the file once more, never for writing.
  static func summary(_ path: String, _ error: DatabaseError) -> String {
    var configuration = Configuration()
    configuration.readonly = true
    configuration.busyMode = .timeout(1)
    configuration.prepareDatabase { db in
      // Lets SQLite read the rest of a file that is shorter than it should be.
      try db.execute(sql: "PRAGMA writable_schema = ON")
    }
    let counts = try? DatabaseQueue(path: path, configuration: configuration)
      .inDatabase { db in (runs: readable(in: "runs", db), events: readable(in: "events", db)) }
    let words = error.message ?? "damaged"
    guard let counts, counts.runs + counts.events > 0 else { return "\(words); nothing of it can be read" }
    return "\(words); \(counts.runs) runs and \(counts.events) events can be read"
  }

  /// How many rows of a table can be read, from the first to where the damage begins.
  private static func readable(in table: String, _ db: Database) -> Int {
    var count = 0
    do {
      let rows = try Row.fetchCursor(db, sql: "SELECT * FROM \(table) NOT INDEXED")
      while try rows.next() != nil { count += 1 }
    } catch {
      // The damage begins here: what was counted before it is the answer.
    }
    return count
  }

  private static func lastLine(_ text: String) -> String { text.split(separator: "\n").last.map(String.init) ?? text }
}
