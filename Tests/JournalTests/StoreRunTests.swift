import Foundation
import Journal
import TestSupport
import Testing
import Values

@Suite("Every store keeps runs and events", .usualTimeLimit)
struct StoreRunTests {
  @Test("a run comes back as it was created, files and secrets included", arguments: StoreKind.allCases)
  func runComesBack(_ kind: StoreKind) async throws {
    try await kind.withStore { store, _ in
      let run = RunRecord.sample("k3f9x2", parameters: ["token": .secret(Secret("s")), "n": 1, "x": 1.0, "list": []])
      _ = try await store.create(run, events: [])
      #expect(try await store.run("k3f9x2") == run)
    }
  }

  @Test("a run whose ID could lead out of a folder is not recorded", arguments: StoreKind.allCases)
  func strangeID(_ kind: StoreKind) async throws {
    try await kind.withStore { store, _ in
      for id in ["../x", "", "a/b", ".x", "a b"] {
        let failure = try await Failure.thrown { _ = try await store.create(.sample(id), events: []) }
        #expect(failure?.code == .runIDInvalid)
      }
      #expect(try await store.runs().isEmpty)
    }
  }

  @Test("the first events are stored with the run and numbered from 1", arguments: StoreKind.allCases)
  func firstEvents(_ kind: StoreKind) async throws {
    try await kind.withStore { store, _ in
      let stored = try await store.create(.sample("a"), events: [.sample("one"), .sample("two", path: nil)])
      #expect(stored.map(\.sequence) == [1, 2])
      #expect(try await store.events(of: "a", after: 0) == stored)
    }
  }

  @Test("appended events come back in order, with every member as it was", arguments: StoreKind.allCases)
  func order(_ kind: StoreKind) async throws {
    try await kind.withStore { store, _ in
      _ = try await store.create(.sample("a"), events: [.sample("0")])
      var events: [Event] = []
      for index in 1...20 {
        events += try await store.append([.sample("\(index)"), .sample("\(index)b")], to: "a", under: nil)
      }
      #expect(events.map(\.sequence) == Array(2...41))
      let read = try await store.events(of: "a", after: 1)
      #expect(read == events)
      var first = Event.sample("1")
      first.sequence = 2
      #expect(read.first == first)
      #expect(try await store.events(of: "a", after: 39).map(\.sequence) == [40, 41])
      #expect(try await store.events(of: "a", after: 41).isEmpty)
      #expect(try await store.events(of: "a", after: .max).isEmpty)
    }
  }

  @Test("the newest event of some kinds is found, above a number", arguments: StoreKind.allCases)
  func newest(_ kind: StoreKind) async throws {
    try await kind.withStore { store, _ in
      _ = try await store.create(.sample("a"), events: [Event(at: .sample, kind: .runStarted)])
      _ = try await store.create(.sample("b"), events: [Event(at: .sample, kind: .runPauseRequested)])
      let stored = try await store.append(
        [Event(at: .sample, kind: .runPauseRequested, payload: ["by": "ann"]), .sample("x")], to: "a", under: nil)
      let kinds: [EventKind] = [.runStarted, .runPauseRequested]
      #expect(try await store.newest(kinds, of: "a", after: 0) == stored[0])
      #expect(try await store.newest([.runStarted], of: "a", after: 0)?.sequence == 1)
      #expect(try await store.newest(kinds, of: "a", after: 2) == nil)
      #expect(try await store.newest([.runUnpaused], of: "a", after: 0) == nil)
    }
  }

  @Test("each run has its own numbers", arguments: StoreKind.allCases)
  func severalRuns(_ kind: StoreKind) async throws {
    try await kind.withStore { store, _ in
      _ = try await store.create(.sample("a"), events: [.sample("a1")])
      _ = try await store.create(.sample("b"), events: [.sample("b1")])
      let second = try await store.append([.sample("a2")], to: "a", under: nil)
      #expect(second.map(\.sequence) == [2])
      #expect(try await store.events(of: "b", after: 0).map { $0.payload["text"] } == ["b1"])
    }
  }

  @Test("appending nothing is no error", arguments: StoreKind.allCases)
  func appendNothing(_ kind: StoreKind) async throws {
    try await kind.withStore { store, _ in
      _ = try await store.create(.sample("a"), events: [])
      #expect(try await store.append([], to: "a", under: nil).isEmpty)
      #expect(try await store.events(of: "a", after: 0).isEmpty)
    }
  }

  @Test("a name with a NUL character is refused, and nothing of its call is stored", arguments: StoreKind.allCases)
  func nulInName(_ kind: StoreKind) async throws {
    try await kind.withStore { store, _ in
      let creating = try await Failure.thrown {
        _ = try await store.create(.sample("b"), events: [.sample("x", path: "a\u{0}")])
      }
      #expect(creating?.code == .nameInvalid)
      #expect(try await store.run("b") == nil)
      _ = try await store.create(.sample("a"), events: [])
      let failure = try await Failure.thrown {
        _ = try await store.append([.sample("fine"), .sample("x", path: "a\u{0}b")], to: "a", under: nil)
      }
      #expect(failure?.code == .nameInvalid)
      #expect(try await store.events(of: "a", after: 0).isEmpty)
      let text = try await store.append([.sample("a\u{0}b")], to: "a", under: nil)
      #expect(try await store.events(of: "a", after: 0) == text, "in a payload it is fine")
    }
  }

  @Test("a run's ID can't be taken twice, and the first run stays", arguments: StoreKind.allCases)
  func taken(_ kind: StoreKind) async throws {
    try await kind.withStore { store, _ in
      let first = try await store.create(.sample("a"), events: [.sample("first")])
      let failure = try await Failure.thrown { _ = try await store.create(.sample("a"), events: [.sample("second")]) }
      #expect(failure?.code == .runExists)
      #expect(try await store.events(of: "a", after: 0) == first)
    }
  }

  @Test("events of a run that is not there are refused", arguments: StoreKind.allCases)
  func unknownRun(_ kind: StoreKind) async throws {
    try await kind.withStore { store, _ in
      let appending = try await Failure.thrown { _ = try await store.append([.sample("x")], to: "no", under: nil) }
      #expect(appending?.code == .runUnknown)
      let reading = try await Failure.thrown { _ = try await store.events(of: "no", after: 0) }
      #expect(reading?.code == .runUnknown)
    }
  }

  @Test("a run is found by the beginning of its ID, if only one begins so", arguments: StoreKind.allCases)
  func prefixes(_ kind: StoreKind) async throws {
    try await kind.withStore { store, _ in
      for id in ["k3f9x2", "k3f9y2", "k3f9", "z_1", "za2"] { _ = try await store.create(.sample(id), events: []) }
      #expect(try await store.run("k3f9x")?.id == "k3f9x2")
      #expect(try await store.run("k3f9")?.id == "k3f9", "the whole ID wins over longer ones")
      #expect(try await store.run("z_")?.id == "z_1", "no wildcard is meant")
      #expect(try await store.run("z%") == nil, "no wildcard is meant")
      #expect(try await store.run("q") == nil)
      #expect(try await store.run("") == nil)
      let failure = try await Failure.thrown { _ = try await store.run("k3") }
      #expect(failure?.code == .runUnknown)
      #expect(failure?.message.contains("k3f9, k3f9x2, k3f9y2") == true)
    }
  }

  @Test("runs are listed newest first and without their files", arguments: StoreKind.allCases)
  func list(_ kind: StoreKind) async throws {
    try await kind.withStore { store, _ in
      #expect(try await store.runs().isEmpty)
      for (id, age) in [("a", 20.0), ("b", 0), ("c", 10), ("d", 10)] {
        _ = try await store.create(.sample(id, createdAt: .sample - age), events: [])
      }
      let runs = try await store.runs()
      #expect(runs.map(\.id) == ["b", "d", "c", "a"])
      #expect(runs.allSatisfy { $0.files.isEmpty && $0.parameters["count"] == 3 })
    }
  }

  @Test("events appended by many tasks at once have numbers without a gap", arguments: StoreKind.allCases)
  func concurrentAppends(_ kind: StoreKind) async throws {
    try await kind.withStore { store, _ in
      _ = try await store.create(.sample("a"), events: [])
      try await withThrowingTaskGroup { group in
        for task in 0..<40 {
          group.addTask {
            for index in 0..<5 {
              let events = [Event.sample("\(task).\(index)"), .sample("\(task).\(index)b")]
              let stored = try await store.append(events, to: "a", under: nil)
              #expect(stored[1].sequence == stored[0].sequence + 1, "one call's events stay together")
            }
          }
        }
        try await group.waitForAll()
      }
      let events = try await store.events(of: "a", after: 0)
      #expect(events.map(\.sequence) == Array(1...400))
      #expect(Set(events.map(\.payload)).count == 400)
    }
  }

  @Test("an append that began is carried through when its task is cancelled", arguments: StoreKind.allCases)
  func cancelledAppend(_ kind: StoreKind) async throws {
    try await kind.withStore { store, _ in
      _ = try await store.create(.sample("a"), events: [])
      let task = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        return try await store.append([.sample("done outside")], to: "a", under: nil)
      }
      let stored = try await task.value
      #expect(try await store.events(of: "a", after: 0) == stored)
    }
  }
}
