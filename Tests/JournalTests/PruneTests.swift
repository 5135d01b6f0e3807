import Foundation
import Journal
import TestSupport
import Testing
import Values

@Suite("Deleting old runs", .usualTimeLimit)
struct PruneTests {
  private static let old = Date.sample - 100 * 86_400

  private func state(_ kinds: (EventKind, Value)...) -> RunState {
    RunState(
      events: kinds.enumerated().map { index, kind in
        Event(sequence: Int64(index + 1), at: Self.old, kind: kind.0, path: "step", payload: kind.1)
      })
  }

  private func keeping(
    _ state: RunState, rank: Int = 5, isExecuted: Bool = false, undoable: Bool = false, unfinished: Bool = false
  ) -> PruneSelection.Keeping?? {
    PruneSelection(
      olderThan: .sample - 90 * 86_400, keep: 2, includesUndoable: undoable, includesUnfinished: unfinished
    ).candidate(.sample("a", createdAt: Self.old), state, rank: rank, isExecuted: isExecuted).map(\.keeping)
  }

  @Test("what is unfinished, in doubt, can be undone, is executed or among the newest stays")
  func selection() {
    let read = state((.stepSucceeded, ["outcome": "read"]), (.runSucceeded, [:]))
    let changed = state((.stepSucceeded, ["outcome": "executed"]), (.runSucceeded, [:]))
    #expect(keeping(read) == .some(nil))
    #expect(keeping(changed) == .undoable)
    #expect(keeping(changed, undoable: true) == .some(nil))
    #expect(keeping(state((.stepSucceeded, ["outcome": "executed"]), (.runConcluded, [:]))) == .undoable)
    #expect(keeping(state((.stepSucceeded, ["outcome": "read"]), (.runConcluded, [:]))) == .some(nil))
    #expect(keeping(changed, unfinished: true) == .some(nil))
    for kind in [EventKind.runCreated, .runStarted, .runFailed, .runInterrupted, .runWaiting] {
      #expect(keeping(state((kind, [:]))) == .unfinished, "\(kind)")
      #expect(keeping(state((kind, [:])), undoable: true) == .unfinished, "\(kind)")
      #expect(keeping(state((kind, [:])), unfinished: true) == .some(nil), "\(kind)")
      #expect(keeping(state((kind, [:]), (.runImported, [:]))) == .some(nil), "\(kind), imported")
    }
    for kind in [EventKind.runRefused, .runRolledBack, .runDisplaced] {
      #expect(keeping(state((.stepSucceeded, ["outcome": "executed"]), (kind, [:]))) == .some(nil), "\(kind)")
    }
    #expect(keeping(read, rank: 1) == .newest)
    #expect(keeping(read, isExecuted: true, unfinished: true) == .executed)
  }

  @Test("a run to which something happened since is not old")
  func young() {
    var events = [Event(sequence: 1, at: Self.old, kind: .runRefused)]
    #expect(keeping(RunState(events: events)) == .some(nil))
    events.append(Event(sequence: 2, at: .sample, kind: .runImported))
    #expect(keeping(RunState(events: events)) == .none, "imported lately")
  }

  @Test("a deleted run is gone with its files and events, others stay, and the file shrinks")
  func deletes() async throws {
    try await withTemporaryFolder { folder in
      let path = folder + "/journal.db"
      let store = try await SQLiteJournalStore(path: path, sealer: SecretSealer(.file(folder + "/journal.key")))
      let long = String(repeating: "output ", count: 1000)
      for id in ["aaaaaa", "bbbbbb"] {
        _ = try await store.create(.sample(id), events: (0..<200).map { .sample(long + "\($0)") })
      }
      let before = store.size
      #expect(try await store.delete([("aaaaaa", 200), ("cccccc", 1)], liveness: { _ in .unknown }) == ["aaaaaa"])
      try await store.shrink()
      #expect(store.size < before * 2 / 3)
      #expect(try await store.runs().map(\.id) == ["bbbbbb"])
      #expect(try await store.events(of: "bbbbbb", after: 0).count == 200)
      try await store.close()
      if let sqlite = Tool.sqlite {
        let counts = "SELECT (SELECT count(*) FROM run_files), (SELECT count(*) FROM events); PRAGMA integrity_check"
        #expect(try await sqlite.run(path, counts) == "3|200\nok\n")
      }
    }
  }

  @Test("a run that has gone on, or whose lease is held, is not deleted")
  func goesOn() async throws {
    try await withTemporaryFolder { folder in
      let clock = TestClock()
      let store = try await SQLiteJournalStore(
        path: folder + "/journal.db", sealer: SecretSealer(.file(folder + "/journal.key")), now: { clock.now })
      _ = try await store.create(.sample("aaaaaa"), events: [.sample("1")])
      _ = try await store.append([.sample("2")], to: "aaaaaa", under: nil)
      #expect(try await store.delete([("aaaaaa", 1)], liveness: { _ in .unknown }).isEmpty)
      _ = try await store.acquire("run:aaaaaa", for: .sample(1), duration: 60, liveness: { _ in .unknown })
      #expect(try await store.delete([("aaaaaa", 2)], liveness: { _ in .unknown }).isEmpty)
      #expect(try await store.events(of: "aaaaaa", after: 0).count == 2)
      try await store.close()
    }
  }
}
