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
