import GRDB
import Values

extension Failure {
  /// What SQLite's error means for an operator.
  init(_ error: DatabaseError, path: String) {
    let words = error.message ?? "SQLite result \(error.extendedResultCode.rawValue)"
    switch error.resultCode {
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self.init(
        .journalLocked, "another process keeps the journal \(path) locked", cause: words,
        hint: "try again in a moment; to see who has it open: fuser -v '\(path)'", isRetryable: true)
    case .SQLITE_CORRUPT, .SQLITE_NOTADB:
      self = .damagedJournal(path, cause: words)
    case .SQLITE_FULL:
      self.init(
        .journalUnwritable, "there is no space left to write the journal \(path)", cause: words,
        hint: "make room on that disk, then resume the run: runbook resume")
    case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN, .SQLITE_AUTH:
      let verb = error.resultCode == .SQLITE_CANTOPEN ? "opened" : "written"
      self.init(
        .journalUnwritable, "the journal \(path) can't be \(verb)", cause: words,
        hint: "check the owner and the mode of the file and of its folder, or name another folder with --state")
    default:
      self.init(
        .journalUnwritable, "the journal \(path) could not be used", cause: words,
        hint: "check the disk and the system's log; what was recorded before is kept")
    }
  }

  /// The journal's file can't be trusted.
  static func damagedJournal(_ path: String, cause: String) -> Failure {
    Failure(
      .journalDamaged, "the journal \(path) is damaged", cause: cause,
      hint: """
        replace it with a backup; or move it away to begin a new journal, and recover what can be read with: \
        sqlite3 DAMAGED .recover; the file was not changed
        """)
  }
}

/// The failure, in an operator's words, for a database error. Any other error stays as it is.
func journalFailure(_ error: any Error, path: String) -> any Error {
  switch error {
  case let error as DatabaseError: Failure(error, path: path)
  case is RowDecodingError: Failure.damagedJournal(path, cause: "a row holds data of the wrong type")
  default: error
  }
}

/// Runs the work and gives its errors an operator's words.
func withJournalFailures<Result>(path: String, _ work: () throws -> Result) throws -> Result {
  do { return try work() } catch { throw journalFailure(error, path: path) }
}

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
