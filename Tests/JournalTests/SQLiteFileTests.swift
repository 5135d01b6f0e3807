import Foundation
import TestSupport
import Testing
import Values

@testable import Journal

@Suite("The journal's file", .usualTimeLimit)
struct SQLiteFileTests {
  private func open(
    _ folder: String, access: SQLiteJournalStore.Access = .readWrite, busyTimeout: TimeInterval = 5
  ) async throws -> SQLiteJournalStore {
    try await SQLiteJournalStore(
      path: folder + "/journal.db", sealer: SecretSealer(.file(folder + "/journal.key")), access: access,
      busyTimeout: busyTimeout)
  }

  private func mode(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  @Test("commits are synced to the disk, in write-ahead mode")
  func durable() async throws {
    try await withTemporaryFolder { folder in
      let store = try await open(folder)
      #expect(try await store.setting("synchronous") == "2")
      #expect(try await store.setting("journal_mode") == "wal")
      #expect(try await store.setting("foreign_keys") == "1")
      _ = try await store.create(.sample("a"), events: [.sample("x")])
      #expect(try await store.setting("synchronous") == "2", "it stays so")
      try await store.close()
    }
  }

  @Test("the folder and the files are their owner's alone")
  func modes() async throws {
    try await withTemporaryFolder { parent in
      let folder = parent + "/state/runbook"
      let store = try await open(folder)
      _ = try await store.create(.sample("a", parameters: ["token": .secret(Secret("x"))]), events: [])
      for name in ["journal.db", "journal.db-wal", "journal.db-shm", "journal.key"] {
        #expect(try mode(folder + "/" + name) == 0o600, "\(name)")
      }
      #expect(try mode(folder) == 0o700)
      #expect(try mode(parent + "/state") == 0o700)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 4, "no draft is left")
      try await store.close()
    }
  }

  @Test("SQLite's own tool reads what was written", .enabled(if: Tool.sqlite != nil, "sqlite3 is not installed"))
  func otherReader() async throws {
    let sqlite = try #require(Tool.sqlite)
    try await withTemporaryFolder { folder in
      let store = try await open(folder)
      _ = try await store.create(.sample("a"), events: [.sample("one"), .sample("ünï")])
      let path = folder + "/journal.db"
      let rows = try await sqlite.run(
        "-readonly", path,
        """
        SELECT sequence, datetime(at / 1000000, 'unixepoch'), kind, path, attempt, host, json_extract(payload, '$.text')
        FROM events WHERE run = 'a' ORDER BY sequence
        """)
      #expect(
        rows == """
          1|2027-01-15 08:00:00|step.output|workers/da2/join the swarm|2|da2|one
          2|2027-01-15 08:00:00|step.output|workers/da2/join the swarm|2|da2|ünï

          """)
      #expect(
        try await sqlite.run(path, "SELECT id, runbook, user, parameters FROM runs")
          == #"a|distribute.lua|operator|{"count":3,"ratio":{"$number":"3.0"},"stack":"da"}"# + "\n")
      #expect(
        try await sqlite.run(path, "SELECT role, length(text) FROM run_files ORDER BY position")
          == "runbook|18\nmodule|25\ninventory|10\n")
      #expect(try await sqlite.run(path, "PRAGMA integrity_check; PRAGMA journal_mode") == "ok\nwal\n")
      try await store.close()
    }
  }

  @Test("what one process wrote, the next one reads")
  func reopened() async throws {
    try await withTemporaryFolder { folder in
      let first = try await open(folder)
      let events = try await first.create(.sample("a"), events: [.sample("x")])
      try await first.close()
      let second = try await open(folder)
      #expect(try await second.run("a") == .sample("a"))
      #expect(try await second.events(of: "a", after: 0) == events)
      try await second.close()
    }
  }

  @Test("what was acknowledged is there although the file was never closed")
  func withoutClosing() async throws {
    try await withTemporaryFolder { folder in
      let store = try await open(folder)
      let events = try await store.create(.sample("a"), events: [.sample("x")])
      // A copy of file and log is what a power cut leaves.
      try FileManager.default.createDirectory(atPath: folder + "/copy", withIntermediateDirectories: true)
      for name in ["journal.db", "journal.db-wal"] {
        try FileManager.default.copyItem(atPath: "\(folder)/\(name)", toPath: "\(folder)/copy/\(name)")
      }
      let copy = try await open(folder + "/copy")
      #expect(try await copy.events(of: "a", after: 0) == events)
      try await copy.close()
      try await store.close()
    }
  }

  @Test("opened for reading it shows runs without a key, hides secrets and writes nothing")
  func readOnly() async throws {
    try await withTemporaryFolder { folder in
      let store = try await open(folder)
      _ = try await store.create(.sample("a", parameters: ["token": .secret(Secret("x")), "n": 1]), events: [])
      try await store.close()
      try FileManager.default.removeItem(atPath: folder + "/journal.key")
      let reader = try await open(folder, access: .readOnly)
      #expect(try await reader.runs().map(\.parameters) == [["token": .secret(Secret("")), "n": 1]])
      let failure = try await Failure.thrown { _ = try await reader.append([.sample("x")], to: "a", under: nil) }
      #expect(failure?.code == .journalUnwritable)
      try await reader.close()
      #expect(!FileManager.default.fileExists(atPath: folder + "/journal.key"))
    }
  }

  @Test("opened for reading, a missing journal is told and not made")
  func missing() async throws {
    try await withTemporaryFolder { folder in
      let failure = try await Failure.thrown { _ = try await open(folder, access: .readOnly) }
      #expect(failure?.code == .journalMissing)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
  }

  @Test("many who open a new journal at once all get it")
  func openedAtOnce() async throws {
    for _ in 0..<10 {
      try await withTemporaryFolder { folder in
        try await withThrowingTaskGroup { group in
          for index in 0..<6 {
            group.addTask {
              let store = try await open(folder)
              _ = try await store.create(.sample("run\(index)"), events: [.sample("x")])
              try await store.close()
            }
          }
          try await group.waitForAll()
        }
        let store = try await open(folder)
        #expect(try await store.runs().count == 6)
        try await store.close()
      }
    }
  }
}
