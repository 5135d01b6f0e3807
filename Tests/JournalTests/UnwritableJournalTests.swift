import Foundation
import TestSupport
import Testing
import Values

@testable import Journal

extension SmallDisk {
  /// Mounts one of that size for the time of the work.
  fileprivate static func with(_ size: String, _ body: (String) async throws -> Void) async throws {
    try await withTemporaryFolder { folder in
      let disk = folder + "/disk"
      try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
      try await with("size=\(size)", on: disk) { try await body(disk) }
    }
  }
}

@Suite("A journal that can't be written", .usualTimeLimit)
struct UnwritableJournalTests {
  private func open(
    _ folder: String, access: SQLiteJournalStore.Access = .readWrite
  ) async throws -> SQLiteJournalStore {
    try await SQLiteJournalStore(path: folder + "/journal.db", sealer: SecretSealer(.none), access: access)
  }

  @Test(
    "a full disk stops the append before anything is acknowledged, and room lets it go on",
    .enabled(if: SmallDisk.isAvailable, Comment(rawValue: SmallDisk.whySkipped)))
  func fullDisk() async throws {
    try await SmallDisk.with("2m") { disk in
      let store = try await open(disk)
      var acknowledged = try await store.create(.sample("a"), events: [.sample("first")])
      let filler = disk + "/filler"
      try Data(repeating: 1, count: 1_000_000).write(to: URL(fileURLWithPath: filler))
      let text = String(repeating: "output ", count: 1000)
      var failure: Failure?
      while failure == nil {
        failure = try await Failure.thrown {
          acknowledged += try await store.append([.sample(text), .sample(text)], to: "a", under: nil)
        }
        try #require(acknowledged.count < 10_000, "the disk never became full")
      }
      #expect(failure?.code == .journalUnwritable)
      #expect(failure?.hint?.contains("resume") == true)
      #expect(try await store.events(of: "a", after: 0) == acknowledged)

      try FileManager.default.removeItem(atPath: filler)
      acknowledged += try await store.append([.sample("there is room again")], to: "a", under: nil)
      #expect(try await store.events(of: "a", after: 0) == acknowledged)
      #expect(acknowledged.map(\.sequence) == Array(1...Int64(acknowledged.count)))
      try await store.close()
      let again = try await open(disk)
      #expect(try await again.events(of: "a", after: 0) == acknowledged)
      try await again.close()
    }
  }

  @Test(
    "a disk without room for a new journal is told",
    .enabled(if: SmallDisk.isAvailable, Comment(rawValue: SmallDisk.whySkipped)))
  func noRoomAtAll() async throws {
    try await SmallDisk.with("64k") { disk in
      try? Data(repeating: 1, count: 200_000).write(to: URL(fileURLWithPath: disk + "/filler"))
      let handle = FileHandle(forWritingAtPath: disk + "/filler")
      while (try? handle?.write(contentsOf: Data(repeating: 1, count: 4096))) != nil {}
      try? handle?.close()
      let failure = try await Failure.thrown { try await open(disk).close() }
      #expect(failure?.code == .journalUnwritable)
    }
  }

  @Test(
    "a disk that is read-only refuses writing",
    .enabled(if: SmallDisk.isAvailable, Comment(rawValue: SmallDisk.whySkipped)))
  func readOnlyDisk() async throws {
    try await SmallDisk.with("2m") { disk in
      let store = try await open(disk)
      _ = try await store.create(.sample("a"), events: [.sample("first")])
      try await store.close()
      _ = try await Tool("mount")!.run("-o", "remount,ro", disk)
      let writing = try await Failure.thrown { try await open(disk).close() }
      #expect(writing?.code == .journalUnwritable)
      #expect(writing?.message.contains(disk) == true)
      let elsewhere = try await Failure.thrown { try await open(disk + "/new/folder").close() }
      #expect(elsewhere?.code == .folderUnusable)
      let reading = try await Failure.thrown { try await open(disk, access: .readOnly).close() }
      #expect(reading?.code == .journalUnwritable)
    }
  }

  @Test(
    "a folder without permission is told", .enabled(if: geteuid() != 0, "root may write everywhere"))
  func noPermission() async throws {
    try await withTemporaryFolder { folder in
      try FileManager.default.setAttributes([.posixPermissions: 0o500], ofItemAtPath: folder)
      let failure = try await Failure.thrown { try await open(folder).close() }
      #expect(failure?.code == .journalUnwritable)
      try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder)
    }
  }
}
