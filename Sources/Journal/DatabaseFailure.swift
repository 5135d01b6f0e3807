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
        hint: "Try again in a moment. To see who has it open: fuser -v '\(path)'", isRetryable: true)
    case .SQLITE_CORRUPT, .SQLITE_NOTADB:
      self = .damagedJournal(path, cause: words)
    case .SQLITE_FULL:
      self.init(
        .journalUnwritable, "there is no room left to write the journal \(path)", cause: words,
        hint: "Make room on that disk, then resume the run: runbook resume")
    case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN, .SQLITE_AUTH:
      let verb = error.resultCode == .SQLITE_CANTOPEN ? "opened" : "written"
      self.init(
        .journalUnwritable, "the journal \(path) can't be \(verb)", cause: words,
        hint: "Check the owner and the mode of the file and of its folder, or name another folder with --state.")
    default:
      self.init(
        .journalUnwritable, "the journal \(path) could not be used", cause: words,
        hint: "Check the disk and the system's log. What was recorded before is kept.")
    }
  }

  /// The journal's file can't be trusted.
  static func damagedJournal(_ path: String, cause: String) -> Failure {
    Failure(
      .journalDamaged, "the journal \(path) is damaged", cause: cause,
      hint: """
        The file was left as it is. Put a backup in its place; or move it away to begin a new journal, and get back \
        what can be read with: sqlite3 DAMAGED .recover
        """)
  }
}

/// The failure in an operator's words that a database error stands for. Any other error stays as it is.
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
