import Foundation
import Journal
import TestSupport
import Testing
import Values

@Suite("Archives of runs", .usualTimeLimit)
struct ArchiveTests {
  private let parameters: [String: Value] = [
    "token": .secret(Secret("SWMTKN-1-very-secret")), "ratio": 2.0, "bytes": .bytes([0xFF, 0]), "$odd": ["$bytes": "x"],
  ]

  private func archive(_ store: any JournalStore, _ ids: [String]) async throws -> RunArchive {
    var entries: [RunArchive.Entry] = []
    for id in ids {
      entries.append(
        .init(record: try #require(try await store.run(id)), events: try await store.events(of: id, after: 0)))
    }
    return RunArchive(entries: entries, writtenAt: .sample, user: "operator", machine: "desk")
  }

  private func filled() async throws -> InMemoryJournalStore {
    let store = InMemoryJournalStore()
    _ = try await store.create(
      .sample("aaaaaa", parameters: parameters), events: [.sample("one"), .sample("two\u{0}")])
    _ = try await store.create(.sample("bbbbbb"), events: [.sample("three", path: nil)])
    return store
  }

  @Test("runs come back as they were, but for their secrets", arguments: StoreKind.allCases)
  func roundTrip(_ kind: StoreKind) async throws {
    let text = try await archive(filled(), ["aaaaaa", "bbbbbb"]).text()
    #expect(!text.contains("very-secret"))
    try await kind.withStore { store, clock in
      let read = try RunArchive(text: text.utf8, file: "f")
      let (added, present) = try await ArchiveImport(read, by: "reader").add(to: store, at: clock.now)
      #expect(added == ["aaaaaa", "bbbbbb"] && present.isEmpty)
      var expected = RunRecord.sample("aaaaaa", parameters: parameters)
      expected.parameters["token"] = .secret(Secret(""))
      #expect(try await store.run("aaaaaa") == expected)
      let events = try await store.events(of: "aaaaaa", after: 0)
      #expect(events.map { $0.payload["text"] } == ["one", "two\u{0}", nil])
      #expect(events.last?.kind == .runImported)
      let state = RunState(events: events)
      #expect(state.imported?.machine == "desk" && state.imported?.user == "reader")
      #expect(state.lastAt == events[1].at, "an import is nothing that happened in the run")
    }
  }

  @Test("what is there already with the same content stays, and is told", arguments: StoreKind.allCases)
  func again(_ kind: StoreKind) async throws {
    let archive = try await archive(filled(), ["aaaaaa", "bbbbbb"])
    try await kind.withStore { store, clock in
      _ = try await ArchiveImport(archive, by: "reader").add(to: store, at: clock.now)
      let second = try await ArchiveImport(archive, by: "reader").add(to: store, at: clock.now)
      #expect(second.added.isEmpty && second.present == ["aaaaaa", "bbbbbb"])
      #expect(try await store.events(of: "bbbbbb", after: 0).count == 2)
    }
    // Back where it came from, with the secrets in their place.
    let home = try await ArchiveImport(archive, by: "operator").add(to: filled(), at: .sample)
    #expect(home.present == ["aaaaaa", "bbbbbb"])
  }

  @Test(
    "a run that is another one in the journal is refused, and none of the archive is added",
    arguments: StoreKind.allCases)
  func conflict(_ kind: StoreKind) async throws {
    let archive = try await archive(filled(), ["aaaaaa", "bbbbbb"])
    try await kind.withStore { store, clock in
      _ = try await store.create(.sample("bbbbbb"), events: [.sample("another")])
      let failure = try await Failure.thrown {
        _ = try await ArchiveImport(archive, by: "reader").add(to: store, at: clock.now)
      }
      #expect(failure?.code == .archiveConflict)
      #expect(failure?.message.contains("bbbbbb") == true)
      #expect(try await store.runs().map(\.id) == ["bbbbbb"])
    }
  }

  @Test("an imported run that is exported again gives the same archive")
  func exportedAgain() async throws {
    let text = try await archive(filled(), ["aaaaaa"]).text()
    let other = InMemoryJournalStore()
    _ = try await ArchiveImport(RunArchive(text: text.utf8, file: "f"), by: "reader").add(to: other, at: .sample)
    #expect(try await archive(other, ["aaaaaa"]).text() == text)
  }

  @Test("an archive of which any byte was changed, or the end is missing, is refused")
  func damage() async throws {
    let bytes = Array(try await archive(filled(), ["bbbbbb"]).text().utf8)
    for index in stride(from: 0, to: bytes.count, by: 7) {
      var changed = bytes
      changed[index] ^= 1
      #expect(throws: Failure.self, "byte \(index)") { _ = try RunArchive(text: changed, file: "f") }
    }
    for count in [0, 1, bytes.count / 2, bytes.count - 1] {
      #expect(throws: Failure.self, "\(count) bytes") { _ = try RunArchive(text: bytes.prefix(count), file: "f") }
    }
    let failure = try await Failure.thrown {
      _ = try RunArchive(text: bytes.dropLast(100) + bytes.suffix(90), file: "f")
    }
    #expect(failure?.code == .archiveDamaged)
  }

  @Test(
    "an archive with a run ID that could lead out of a folder is refused",
    arguments: [
      "../../x", "/etc/x", "", ".", "..", ".x", "-x", "a/b", "a b", "a\u{0}", "a\n", "$(id)", "ünï", "a.jsonl",
      String(repeating: "a", count: 65),
    ])
  func strangeID(_ id: String) async throws {
    let entry = RunArchive.Entry(record: .sample(id), events: [])
    let text = try RunArchive(entries: [entry], writtenAt: .sample, user: "u", machine: "m").text()
    let failure = try await Failure.thrown { _ = try RunArchive(text: text.utf8, file: "f") }
    #expect(failure?.code == .archiveDamaged)
    #expect(failure?.cause?.contains("is not a run's ID") == true)
  }

  @Test("an archive of a newer version is refused as such")
  func newer() async throws {
    let text = try await archive(filled(), ["bbbbbb"]).text().replacingOccurrences(
      of: #""version":1"#, with: #""version":2"#)
    let failure = try await Failure.thrown { _ = try RunArchive(text: text.utf8, file: "f") }
    #expect(failure?.code == .archiveNewer)
  }

  @Test(
    "the checksum is that of all lines before, as other programs compute it", .enabled(if: Tool("sha256sum") != nil))
  func checksum() async throws {
    let text = try await archive(filled(), ["aaaaaa"]).text()
    try await withTemporaryFolder { folder in
      let lines = text.split(separator: "\n")
      let body = lines.dropLast().map { $0 + "\n" }.joined()
      try body.write(toFile: folder + "/body", atomically: true, encoding: .utf8)
      let sum = try await #require(Tool("sha256sum")).run(folder + "/body").prefix(64)
      #expect(lines.last.map(String.init) == #"{"sha256":"\#(sum)"}"#)
    }
  }
}
