import Foundation
import Journal
import TestSupport
import Testing
import Values

@Suite("Every store gives a lease to one holder at a time", .usualTimeLimit)
struct StoreLeaseTests {
  private static let nothingKnown: @Sendable (LeaseHolder) -> ProcessLiveness = { _ in .unknown }

  /// The lease, which must be granted.
  private func take(
    _ key: String, from store: any JournalStore, as holder: LeaseHolder,
    liveness: @Sendable (LeaseHolder) -> ProcessLiveness = nothingKnown
  ) async throws -> Lease {
    let answer = try await store.acquire(key, for: holder, duration: 30, liveness: liveness)
    guard case .granted(let lease) = answer else { throw Failure("test", "\(answer)") }
    return lease
  }

  @Test("a free lease is granted until its duration is over", arguments: StoreKind.allCases)
  func free(_ kind: StoreKind) async throws {
    try await kind.withStore { store, clock in
      let lease = try await take("run:a", from: store, as: .sample(1))
      #expect(
        lease
          == Lease(
            key: "run:a", holder: .sample(1), acquiredAt: clock.now, expiresAt: clock.now + 30, fence: lease.fence))
      #expect(try await store.leases() == [lease])
    }
  }

  @Test("a held lease is refused, and the answer tells who holds it", arguments: StoreKind.allCases)
  func held(_ kind: StoreKind) async throws {
    try await kind.withStore { store, clock in
      let lease = try await take("run:a", from: store, as: .sample(1))
      clock.advance(by: 29)
      let answer = try await store.acquire("run:a", for: .sample(2), duration: 30, liveness: Self.nothingKnown)
      #expect(answer == .heldBy(lease))
      #expect(try await store.leases() == [lease])
      _ = try await take("run:b", from: store, as: .sample(2))
      #expect(try await store.leases().map(\.key) == ["run:a", "run:b"])
    }
  }

  @Test("an expired lease is granted to the next, with a larger fence", arguments: StoreKind.allCases)
  func expired(_ kind: StoreKind) async throws {
    try await kind.withStore { store, clock in
      let first = try await take("run:a", from: store, as: .sample(1))
      clock.advance(by: 30)
      #expect(try await store.leases() == [first], "expired ones stand until somebody takes them")
      let second = try await take("run:a", from: store, as: .sample(2))
      #expect(second.fence > first.fence)
      #expect(second.acquiredAt == clock.now)
    }
  }

  @Test("a lease whose holder's process is gone is granted at once", arguments: StoreKind.allCases)
  func gone(_ kind: StoreKind) async throws {
    try await kind.withStore { store, _ in
      let first = try await take("run:a", from: store, as: .sample(1))
      let second = try await take(
        "run:a", from: store, as: .sample(2), liveness: { $0.processID == 1 ? .gone : .unknown })
      #expect(second.fence > first.fence)
      let third = try await store.acquire(
        "run:a", for: .sample(3), duration: 30, liveness: { $0.processID == 1 ? .gone : .unknown })
      #expect(third == .heldBy(second))
    }
  }

  @Test("its holder gets it again, extended, with the same fence", arguments: StoreKind.allCases)
  func sameHolder(_ kind: StoreKind) async throws {
    try await kind.withStore { store, clock in
      let first = try await take("run:a", from: store, as: .sample(1))
      clock.advance(by: 100)
      let again = try await take("run:a", from: store, as: .sample(1))
      #expect(again.fence == first.fence)
      #expect(again.acquiredAt == first.acquiredAt)
      #expect(again.expiresAt == clock.now + 30)
      let otherRun = try await store.acquire(
        "run:a", for: .sample(1, run: "other"), duration: 30, liveness: Self.nothingKnown)
      #expect(otherRun == .heldBy(again), "the same process for another run is another holder")
    }
  }

  @Test("renewing extends it; also late, when nobody else took it", arguments: StoreKind.allCases)
  func renewed(_ kind: StoreKind) async throws {
    try await kind.withStore { store, clock in
      let lease = try await take("run:a", from: store, as: .sample(1))
      clock.advance(by: 20)
      let renewed = try await store.renew(lease, duration: 30)
      #expect(renewed.expiresAt == clock.now + 30)
      #expect(renewed.fence == lease.fence)
      clock.advance(by: 300)
      #expect(try await store.renew(renewed, duration: 30).expiresAt == clock.now + 30)
      let answer = try await store.acquire("run:a", for: .sample(2), duration: 30, liveness: Self.nothingKnown)
      guard case .heldBy = answer else { throw Failure("test", "\(answer)") }
    }
  }

  @Test(
    "a lease that went to another can't be renewed, and giving it back changes nothing", arguments: StoreKind.allCases)
  func lost(_ kind: StoreKind) async throws {
    try await kind.withStore { store, clock in
      let first = try await take("run:a", from: store, as: .sample(1))
      clock.advance(by: 31)
      let second = try await take("run:a", from: store, as: .sample(2))
      let failure = try await Failure.thrown { _ = try await store.renew(first, duration: 30) }
      #expect(failure?.code == .leaseLost)
      #expect(failure?.cause?.contains("process 2") == true)
      try await store.release(first)
      #expect(try await store.leases() == [second])
    }
  }

  @Test("a lease given back is free, and its fence is never used again", arguments: StoreKind.allCases)
  func released(_ kind: StoreKind) async throws {
    try await kind.withStore { store, _ in
      let first = try await take("run:a", from: store, as: .sample(1))
      try await store.release(first)
      #expect(try await store.leases().isEmpty)
      let renewing = try await Failure.thrown { _ = try await store.renew(first, duration: 30) }
      #expect(renewing?.code == .leaseLost)
      let second = try await take("run:a", from: store, as: .sample(1))
      #expect(second.fence > first.fence)
      try await store.release(first)
      #expect(try await store.leases() == [second], "an old lease of the same holder is not the new one")
      try await store.release(second)
      try await store.release(second)
    }
  }

  @Test("events under a lost lease are not stored", arguments: StoreKind.allCases)
  func fencing(_ kind: StoreKind) async throws {
    try await kind.withStore { store, clock in
      _ = try await store.create(.sample("a"), events: [])
      let first = try await take("run:a", from: store, as: .sample(1))
      _ = try await store.append([.sample("in time")], to: "a", under: first)
      clock.advance(by: 31)
      _ = try await store.append([.sample("late, but nobody took over")], to: "a", under: first)
      let second = try await take("run:a", from: store, as: .sample(2))
      let failure = try await Failure.thrown {
        _ = try await store.append([.sample("fenced off")], to: "a", under: first)
      }
      #expect(failure?.code == .leaseLost)
      _ = try await store.append([.sample("second's")], to: "a", under: second)
      let texts = try await store.events(of: "a", after: 0).map { $0.payload["text"] }
      #expect(texts == ["in time", "late, but nobody took over", "second's"])
    }
  }

  @Test("of many who want a free lease at once, one gets it", arguments: StoreKind.allCases)
  func contention(_ kind: StoreKind) async throws {
    try await kind.withStore { store, _ in
      for round in 0..<20 {
        let winners = try await withThrowingTaskGroup(of: LeaseAnswer.self) { group in
          for process in 1...8 {
            group.addTask {
              try await store.acquire(
                "round:\(round)", for: .sample(Int32(process)), duration: 30, liveness: Self.nothingKnown)
            }
          }
          return try await group.reduce(into: 0) { count, answer in
            if case .granted = answer { count += 1 }
          }
        }
        #expect(winners == 1)
      }
    }
  }

  @Test("of many who find a holder gone at once, one takes over", arguments: StoreKind.allCases)
  func contentionOverTheDead(_ kind: StoreKind) async throws {
    try await kind.withStore { store, _ in
      for round in 0..<20 {
        let dead = try await take("round:\(round)", from: store, as: .sample(99))
        let granted = try await withThrowingTaskGroup(of: LeaseAnswer.self) { group in
          for process in 1...8 {
            group.addTask {
              try await store.acquire(
                "round:\(round)", for: .sample(Int32(process)), duration: 30,
                liveness: { $0.processID == 99 ? .gone : .unknown })
            }
          }
          return try await group.reduce(into: [Lease]()) { leases, answer in
            if case .granted(let lease) = answer { leases.append(lease) }
          }
        }
        #expect(granted.map(\.fence) == [dead.fence + 1])
      }
    }
  }
}
