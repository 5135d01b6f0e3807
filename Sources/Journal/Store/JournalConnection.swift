import Foundation
import GRDB
import Values

/// Opens a journal's file: it is created when it is missing, and checked before anything is written to it.
///
/// All of this blocks; it runs on a thread of its own.
enum JournalConnection {
  /// A database opened for writing, durable at each commit.
  static func openForWriting(_ path: String, busyTimeout: TimeInterval) throws -> DatabasePool {
    try retryingWhileBusy(for: busyTimeout) {
      try withJournalFailures(path: path) {
        switch try JournalFile.inspect(path) {
        case .missing: try JournalFile.make(path)
        case .empty: break
        case .database: try check(path, busyTimeout: busyTimeout)
        }
        let pool = try DatabasePool(path: path, configuration: configuration(busyTimeout: busyTimeout))
        try pool.writeWithoutTransaction { db in
          // Opening for WAL set NORMAL, with which a power cut may lose the last commits. So it is set here, after.
          try db.execute(sql: "PRAGMA synchronous = FULL")
          guard try Int.fetchOne(db, sql: "PRAGMA synchronous") == 2,
            try String.fetchOne(db, sql: "PRAGMA journal_mode") == "wal"
          else {
            throw Failure(.journalUnwritable, "the journal \(path) can't be written durably on this file system")
          }
          try JournalSchema.migrate(db, path: path)
        }
        return pool
      }
    }
  }

  /// A database opened for reading only, of which nothing is ever changed.
  static func openForReading(_ path: String, busyTimeout: TimeInterval) throws -> DatabasePool {
    try retryingWhileBusy(for: busyTimeout) {
      try withJournalFailures(path: path) {
        if try JournalFile.inspect(path) != .database {
          throw Failure(
            .journalMissing, "there is no journal at \(path): nothing was run with this state folder yet",
            hint: "name another state folder with --state")
        }
        let pool = try readingPool(path, busyTimeout: busyTimeout)
        if try pool.read({ try JournalSchema.version($0, path: path) }) == 0 {
          throw Failure(.journalMissing, "the journal \(path) is empty")
        }
        return pool
      }
    }
  }

  /// Refuses a file that is newer, another program's or damaged. Reads through a connection that can't write, so that
  /// the file stays as it is: even closing one that can might write to it.
  private static func check(_ path: String, busyTimeout: TimeInterval) throws {
    // The traces of a crash before the first table existed; only a connection that may write can repair that.
    if FileManager.default.fileExists(atPath: path + "-journal") { return }
    do {
      let pool = try readingPool(path, busyTimeout: busyTimeout)
      defer { try? pool.close() }
      try pool.read { db in
        _ = try JournalSchema.version(db, path: path)
        try JournalDamage.check(db)
      }
    } catch let error as DatabaseError where JournalDamage.isDamage(error) {
      throw Failure.damagedJournal(path, cause: JournalDamage.summary(path, error))
    }
  }

  private static func readingPool(_ path: String, busyTimeout: TimeInterval) throws -> DatabasePool {
    var configuration = configuration(busyTimeout: busyTimeout)
    configuration.readonly = true
    return try DatabasePool(path: path, configuration: configuration)
  }

  private static func configuration(busyTimeout: TimeInterval) -> Configuration {
    var configuration = Configuration()
    configuration.label = "journal"
    configuration.busyMode = .timeout(busyTimeout)
    configuration.maximumReaderCount = 2
    configuration.prepareDatabase { db in
      // On macOS a plain fsync leaves the data in the drive's cache. Elsewhere these do nothing.
      try db.execute(sql: "PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON")
    }
    return configuration
  }

  /// SQLite does not always wait by itself while a file is made or recovered by another process.
  private static func retryingWhileBusy<Result>(for timeout: TimeInterval, _ work: () throws -> Result) throws -> Result
  {
    let deadline = ContinuousClock.now + .bounded(seconds: timeout)
    while true {
      do {
        return try work()
      } catch let failure as Failure where failure.code == .journalLocked && ContinuousClock.now < deadline {
        Thread.sleep(forTimeInterval: 0.02)
      }
    }
  }
}

extension FailureCode {
  /// There is no journal to read yet.
  package static let journalMissing: FailureCode = "journal.missing"
}
