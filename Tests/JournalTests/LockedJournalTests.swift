import Foundation
import TestSupport
import Testing
import Values

@testable import Journal

@Suite(
  "A journal that another process keeps locked", .usualTimeLimit,
  .enabled(if: Tool.sqlite != nil, "sqlite3 is not installed"))
struct LockedJournalTests {
  private func open(_ path: String) async throws -> SQLiteJournalStore {
    try await SQLiteJournalStore(path: path, sealer: SecretSealer(.none), busyTimeout: 0.1)
  }

  @Test("refuses writes, stays readable, and takes writes again once it is free")
  func writeLock() async throws {
    let sqlite = try #require(Tool.sqlite)
    try await withTemporaryFolder { folder in
      let path = folder + "/journal.db"
      let store = try await open(path)
      let first = try await store.create(.sample("a"), events: [.sample("x")])
      let other = try await LockingProcess(sqlite, database: path, lock: "BEGIN IMMEDIATE")
      let failure = try await Failure.thrown { _ = try await store.append([.sample("y")], to: "a", under: nil) }
      #expect(failure?.code == .journalLocked)
      #expect(failure?.isRetryable == true)
      #expect(failure?.message.contains(path) == true)
      let leasing = try await Failure.thrown {
        _ = try await store.acquire("run:a", for: .sample(1), duration: 30, liveness: { _ in .unknown })
      }
      #expect(leasing?.code == .journalLocked)
      #expect(try await store.events(of: "a", after: 0) == first)
      await other.end()
      #expect(try await store.append([.sample("y")], to: "a", under: nil).map(\.sequence) == [2])
      try await store.close()
    }
  }

  @Test("stays what other processes see when it is opened a second time in the same process")
  func openedTwice() async throws {
    let sqlite = try #require(Tool.sqlite)
    try await withTemporaryFolder { folder in
      let path = folder + "/journal.db"
      let store = try await open(path)
      _ = try await store.create(.sample("a"), events: [.sample("x")])
      let second = try await SQLiteJournalStore(path: path, sealer: SecretSealer(.none), access: .readOnly)
      #expect(try await second.runs().count == 1)
      // Whoever closes last takes the write-ahead log away; this process has it open, so that must not be sqlite3.
      #expect(try await sqlite.run(path, "SELECT count(*) FROM events") == "1\n")
      _ = try await store.append([.sample("y")], to: "a", under: nil)
      #expect(try await sqlite.run(path, "SELECT count(*) FROM events") == "2\n")
      #expect(try await second.events(of: "a", after: 0).count == 2)
      try await second.close()
      try await store.close()
    }
  }

  @Test("can't be opened while the lock is exclusive, and is not changed")
  func exclusiveLock() async throws {
    let sqlite = try #require(Tool.sqlite)
    try await withTemporaryFolder { folder in
      let path = folder + "/journal.db"
      let store = try await open(path)
      _ = try await store.create(.sample("a"), events: [.sample("x")])
      try await store.close()
      let other = try await LockingProcess(
        sqlite, database: path, lock: "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; UPDATE runs SET id = id")
      let failure = try await Failure.thrown { try await open(path).close() }
      #expect(failure?.code == .journalLocked)
      await other.end()
      let again = try await open(path)
      #expect(try await again.events(of: "a", after: 0).count == 1)
      try await again.close()
    }
  }
}
