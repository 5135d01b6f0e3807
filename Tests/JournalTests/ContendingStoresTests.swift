import Foundation
import TestSupport
import Testing
import Values

@testable import Journal

@Suite("Several executors and one journal file", .usualTimeLimit)
struct ContendingStoresTests {
  private static let rounds = 100

  private static func open(_ folder: String) async throws -> SQLiteJournalStore {
    try await SQLiteJournalStore(path: folder + "/journal.db", sealer: SecretSealer(.none), busyTimeout: 30)
  }

  /// Tries for one lease after the other, and records each one it gets under that lease.
  private static func contend(_ store: SQLiteJournalStore, as process: Int32) async throws {
    for round in 0..<rounds {
      let answer = try await store.acquire(
        "round:\(round)", for: .sample(process), duration: 600, liveness: { _ in .unknown })
      if case .granted(let lease) = answer {
        _ = try await store.append([.sample("\(round)")], to: "contest", under: lease)
      }
    }
  }

  /// Each round must have been won exactly once.
  private static func check(_ store: SQLiteJournalStore) async throws {
    let events = try await store.events(of: "contest", after: 0)
    #expect(events.map(\.sequence) == Array(1...Int64(rounds)))
    #expect(Set(events.compactMap { $0.payload["text"]?.stringValue }) == Set((0..<rounds).map(String.init)))
    #expect(try await store.leases().count == rounds)
  }

  @Test("two connections try for 100 leases: each goes to one")
  func twoConnections() async throws {
    try await withTemporaryFolder { folder in
      let (first, second) = (try await Self.open(folder), try await Self.open(folder))
      _ = try await first.create(.sample("contest"), events: [])
      async let one: Void = Self.contend(first, as: 1)
      async let two: Void = Self.contend(second, as: 2)
      _ = try await (one, two)
      try await Self.check(first)
      try await first.close()
      try await second.close()
    }
  }

  /// Where the processes of the next test meet: a process finds it by its parent's ID.
  private static func meetingPlace(_ parent: Int32) -> String {
    NSTemporaryDirectory() + "runbook-journal-contest-\(parent)"
  }

  /// A process of the next test: waits until both are there, then contends.
  private static func contendAsChild() async throws {
    let store = try await open(meetingPlace(getppid()))
    _ = try await store.acquire(
      "ready:\(getpid())", for: .sample(getpid(), run: "ready"), duration: 600, liveness: { _ in .unknown })
    let deadline = ContinuousClock.now + .seconds(60)
    while try await store.leases().count(where: { $0.key.hasPrefix("ready:") }) < 2 {
      guard ContinuousClock.now < deadline else { throw Failure("test", "the other process did not come") }
    }
    try await contend(store, as: getpid())
    try await store.close()
  }

  @Test("two processes try for 100 leases: each goes to one")
  func twoProcesses() async throws {
    let folder = Self.meetingPlace(getpid())
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let store = try await Self.open(folder)
    _ = try await store.create(.sample("contest"), events: [])
    async let one = #expect(processExitsWith: .success) { try await ContendingStoresTests.contendAsChild() }
    async let two = #expect(processExitsWith: .success) { try await ContendingStoresTests.contendAsChild() }
    _ = await (one, two)
    for lease in try await store.leases() where lease.holder.run == "ready" { try await store.release(lease) }
    try await Self.check(store)
    try await store.close()
  }

  @Test("what a killed process acknowledged is there, and its lease is taken over at once")
  func killed() async throws {
    let folder = Self.meetingPlace(getpid()) + "-killed"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let store = try await Self.open(folder)
    _ = try await store.create(.sample("contest"), events: [])
    await #expect(processExitsWith: .signal(SIGKILL)) {
      let store = try await ContendingStoresTests.open(ContendingStoresTests.meetingPlace(getppid()) + "-killed")
      let holder = ProcessIdentity.current.holder(for: "contest")
      let answer = try await store.acquire("run:contest", for: holder, duration: 600, liveness: { _ in .unknown })
      guard case .granted(let lease) = answer else { return }
      for index in 0..<20 { _ = try await store.append([.sample("\(index)")], to: "contest", under: lease) }
      kill(getpid(), SIGKILL)
    }
    #expect(try await store.events(of: "contest", after: 0).count == 20)
    let identity = ProcessIdentity.current
    let answer = try await store.acquire(
      "run:contest", for: identity.holder(for: "contest"), duration: 600, liveness: identity.liveness)
    guard case .granted(let lease) = answer else { throw Failure("test", "\(answer)") }
    _ = try await store.append([.sample("taken over")], to: "contest", under: lease)
    try await store.close()
  }
}
