import Foundation
import TestSupport
import Testing
import Values

@testable import Journal

@Suite("A journal that can't be trusted is reported and left as it is", .usualTimeLimit)
struct DamagedJournalTests {
  private func open(
    _ path: String, access: SQLiteJournalStore.Access = .readWrite
  ) async throws -> SQLiteJournalStore {
    try await SQLiteJournalStore(path: path, sealer: SecretSealer(.none), access: access, busyTimeout: 0.2)
  }

  /// A journal with one run of many events, all of it in the one file.
  private func writeJournal(_ path: String, events count: Int = 400) async throws {
    let store = try await open(path)
    _ = try await store.create(.sample("k3f9x2"), events: (0..<count).map { .sample("line \($0) of many") })
    try await store.close()
  }

  private func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

  /// The failure of opening for reading and for writing, which must be the same, and must leave the file as it is.
  private func refusal(_ path: String) async throws -> Failure {
    let before = try bytes(path)
    let writing = try #require(try await Failure.thrown { try await open(path).close() })
    #expect(try bytes(path) == before, "the file was changed")
    return writing
  }

  @Test("a text file is no journal")
  func textFile() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/journal.db"
      try "Dear diary, this is no database at all.\n".write(toFile: path, atomically: true, encoding: .utf8)
      let failure = try await refusal(path)
      #expect(failure.code == .journalDamaged)
      #expect(failure.message.contains(path))
      #expect(failure.hint != nil)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["journal.db"])
      let reading = try await Failure.thrown { _ = try await open(path, access: .readOnly) }
      #expect(reading?.code == .journalDamaged)
    }
  }

  @Test("a folder in the file's place is no journal")
  func folderInPlace() async throws {
    try await withTemporaryFolder { folder in
      let failure = try await Failure.thrown { _ = try await open(folder) }
      #expect(failure?.code == .journalDamaged)
    }
  }

  @Test("another program's database is no journal", .enabled(if: Tool.sqlite != nil, "sqlite3 is not installed"))
  func otherDatabase() async throws {
    let sqlite = try #require(Tool.sqlite)
    try await withTemporaryFolder { folder in
      let path = folder + "/journal.db"
      _ = try await sqlite.run(path, "CREATE TABLE runs (id); INSERT INTO runs VALUES (1)")
      let failure = try await refusal(path)
      #expect(failure.code == .journalDamaged)
      #expect(failure.message.contains("another program"))
      #expect(try await sqlite.run(path, "SELECT * FROM runs; PRAGMA journal_mode") == "1\ndelete\n")
    }
  }

  @Test("a newer schema is refused, with both versions", .enabled(if: Tool.sqlite != nil, "sqlite3 is not installed"))
  func newer() async throws {
    let sqlite = try #require(Tool.sqlite)
    try await withTemporaryFolder { folder in
      let path = folder + "/journal.db"
      try await writeJournal(path, events: 1)
      _ = try await sqlite.run(path, "PRAGMA user_version = 99")
      let failure = try await refusal(path)
      #expect(failure.code == .journalNewer)
      #expect(failure.message.contains("99"))
      #expect(failure.message.contains("\(JournalSchema.currentVersion)"))
      #expect(failure.message.contains(path))
      let reading = try await Failure.thrown { _ = try await open(path, access: .readOnly) }
      #expect(reading?.code == .journalNewer)
    }
  }

  @Test("a truncated file is damaged, wherever it was cut", arguments: [1, 15, 100, 4096, 5000, 8192, 40_000])
  func truncated(_ length: Int) async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/journal.db"
      try await writeJournal(path)
      let whole = try bytes(path)
      #expect(whole.count > 40_000)
      try whole.prefix(length).write(to: URL(fileURLWithPath: path))
      let failure = try await refusal(path)
      #expect(failure.code == .journalDamaged)
      if length == 40_000 { #expect(failure.cause?.contains("1 runs and ") == true, "\(failure)") }
    }
  }

  @Test("an emptied file is not taken for a new one while its log is there")
  func emptied() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/journal.db"
      try Data().write(to: URL(fileURLWithPath: path))
      try Data(repeating: 7, count: 5000).write(to: URL(fileURLWithPath: path + "-wal"))
      let failure = try await refusal(path)
      #expect(failure.code == .journalDamaged)
      #expect(try bytes(path + "-wal").count == 5000)
    }
  }

  @Test("a page of noise is found, and it is told how much can be read")
  func noise() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/journal.db"
      try await writeJournal(path)
      var content = try bytes(path)
      let page = content.count / 4096 / 2
      content.replaceSubrange(
        page * 4096..<(page + 1) * 4096, with: (0..<4096).map { UInt8(truncatingIfNeeded: $0 * 37) })
      try content.write(to: URL(fileURLWithPath: path))
      let failure = try await refusal(path)
      #expect(failure.code == .journalDamaged)
      #expect(failure.cause?.contains("1 runs and") == true)
    }
  }

  @Test("no flipped bit is believed: the journal is whole, or it is reported")
  func flippedBits() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/journal.db"
      try await writeJournal(path, events: 60)
      let whole = try bytes(path)
      let expected = try await read(path)
      var generator = SeededGenerator(seed: 7)
      var reported = 0
      for _ in 0..<150 {
        let bit = Int.random(in: 0..<whole.count * 8, using: &generator)
        var content = whole
        content[bit / 8] ^= 1 << (bit % 8)
        try content.write(to: URL(fileURLWithPath: path))
        for name in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + name) }
        do {
          let found = try await read(path)
          #expect(found == expected, "bit \(bit) changed what was read")
        } catch let failure as Failure {
          reported += 1
          #expect(
            [.journalDamaged, .journalNewer, .journalMissing, .runUnknown, .journalUnwritable].contains(failure.code),
            "bit \(bit): \(failure)")
        }
      }
      #expect(reported > 20)
    }
  }

  /// All that the journal tells of its run.
  private func read(_ path: String) async throws -> [Event] {
    let store = try await open(path, access: .readOnly)
    let result: Result<[Event], any Error>
    do {
      #expect(try await store.runs().map(\.id) == ["k3f9x2"])
      _ = try await store.run("k3f9x2")
      result = .success(try await store.events(of: "k3f9x2", after: 0))
    } catch { result = .failure(error) }
    try await store.close()
    return try result.get()
  }

  @Test(
    "an event that was changed or taken away is noticed", .enabled(if: Tool.sqlite != nil, "sqlite3 is not installed"),
    arguments: [
      "UPDATE events SET payload = '{}' WHERE sequence = 3", "UPDATE events SET path = NULL WHERE sequence = 3",
      "UPDATE events SET attempt = 1 WHERE sequence = 3", "DELETE FROM events WHERE sequence = 3",
    ])
  func tampered(_ statement: String) async throws {
    let sqlite = try #require(Tool.sqlite)
    try await withTemporaryFolder { folder in
      let path = folder + "/journal.db"
      try await writeJournal(path, events: 5)
      _ = try await sqlite.run(path, statement)
      let store = try await open(path)
      let failure = try await Failure.thrown { _ = try await store.events(of: "k3f9x2", after: 0) }
      #expect(failure?.code == .journalDamaged)
      #expect(failure?.cause?.contains("event 3 of run k3f9x2") == true)
      try await store.close()
    }
  }
}
