import Foundation
import TestSupport
import Testing
import Values

@testable import Journal

/// A journal of schema version 1, made by SQLite's own tool, as the first version of the program wrote it.
@Suite("A journal of an older version", .usualTimeLimit, .enabled(if: Tool.sqlite != nil, "sqlite3 is not installed"))
struct OlderJournalTests {
  private static let schema = """
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
    INSERT INTO leases VALUES ('run:a', 7,
      '{"bootID":"boot/1","machine":"desk","processID":1,"processStart":5,"run":"a","user":"operator"}',
      1800000000000000, 1800000030000000);
    PRAGMA application_id = 1380076108;
    PRAGMA user_version = 1;
    PRAGMA journal_mode = wal;
    """

  @Test("it is read as it is, brought to this version when it is written, and its leases count as before")
  func leases() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/journal.db", sqlite = try #require(Tool.sqlite), clock = TestClock()
      clock.start("boot")
      #expect(try await sqlite.run(path, Self.schema) == "wal\n")
      func open(_ access: SQLiteJournalStore.Access) async throws -> SQLiteJournalStore {
        try await SQLiteJournalStore(
          path: path, sealer: SecretSealer(.file(folder + "/journal.key")), access: access, now: { clock.now },
          boot: { clock.boot })
      }
      let reader = try await open(.readOnly)
      let old = try #require(try await reader.leases().first)
      #expect(old.fence == 7 && old.holder.processID == 1 && old.bootExpiry == nil)
      #expect(old.expiresAt == Date(timeIntervalSince1970: 1_800_000_030))
      try await reader.close()
      #expect(try await sqlite.run(path, "PRAGMA user_version") == "1\n")

      let store = try await open(.readWrite)
      #expect(try await store.leases() == [old])
      #expect(
        try await store.acquire("run:a", for: .sample(2), duration: 30, liveness: { _ in .unknown }) == .heldBy(old))
      clock.advance(by: 30)
      guard
        case .granted(let new) = try await store.acquire(
          "run:a", for: .sample(2), duration: 30, liveness: { _ in .unknown })
      else { throw Failure("test", "not granted") }
      #expect(new.fence == 8 && new.bootExpiry == 61_000_000)
      #expect(try await store.leases() == [new])
      try await store.close()
      #expect(try await sqlite.run(path, "PRAGMA user_version; SELECT boot_expiry FROM leases") == "4\n61000000\n")
    }
  }

  /// A run as version 2 wrote it, with a secret and a failure: `Recorded/version-2.sql` and its key.
  @Test("its events have today's words, before it is brought to this version and after, and its secrets open")
  func names() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/journal.db", key = folder + "/journal.key", sqlite = try #require(Tool.sqlite)
      let recorded = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Recorded")
      _ = try await sqlite.run(
        path, "PRAGMA application_id = 1380076108; PRAGMA user_version = 2; PRAGMA journal_mode = wal",
        ".read \(recorded.appending(path: "version-2.sql").path)")
      try FileManager.default.copyItem(at: recorded.appending(path: "version-2.key"), to: URL(filePath: key))
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: key)
      for access in [SQLiteJournalStore.Access.readOnly, .readWrite] {
        let store = try await SQLiteJournalStore(path: path, sealer: SecretSealer(.file(key)), access: access)
        let run = try #require(try await store.runs().first)
        let events = try await store.events(of: run.id, after: 0)
        #expect(events.count == 23)
        let state = RunState(events: events)
        #expect(state.status == .failed && state.steps.map(\.name) == ["first", "secret", "last"])
        #expect(state.steps.map { $0.location?.line } == [5, 6, 8])
        #expect(state.failure?.location == SourceLocation(file: "fixture.lua", line: 8))
        #expect(state.step(at: "first")?.hasUndo == true && state.step(at: "first")?.result == "hello\n")
        #expect(events.snapshot(.before)?.hosts.map(\.name) == ["manager"])
        let inputs = events.compactMap { $0.content(Event.EffectStarted.self)?.input }
        #expect(
          inputs.count == (access == .readWrite ? 1 : inputs.count) && inputs.allSatisfy { $0.reveal() != "s3cr3t" })
        try await store.close()
      }
      let old =
        "SELECT count(*) FROM events WHERE kind = 'run.pictured' OR payload LIKE '%\"place\"%' "
        + "OR payload LIKE '%\"claim\"%'"
      #expect(try await sqlite.run(path, "PRAGMA user_version; \(old)") == "4\n0\n")
      #expect(
        try await sqlite.run(
          path, "SELECT count(*) FROM events WHERE kind = 'run.snapshot' AND payload LIKE '%\"snapshot\"%'")
          == "2\n")
    }
  }
}
