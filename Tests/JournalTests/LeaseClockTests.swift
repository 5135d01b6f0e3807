import Foundation
import Journal
import TestSupport
import Testing
import Values

/// Who may hold a lease does not depend on what somebody sets the clock to.
@Suite("Every store measures leases by what can't be set", .usualTimeLimit)
struct LeaseClockTests {
  private func ask(
    _ store: any JournalStore, as process: Int32, _ liveness: ProcessLiveness = .unknown
  ) async throws -> LeaseAnswer {
    try await store.acquire("run:a", for: .sample(process), duration: 30, liveness: { _ in liveness })
  }

  private func isGranted(_ answer: LeaseAnswer) -> Bool { if case .granted = answer { true } else { false } }

  @Test("while its holder's process lives a lease holds, however long that takes", arguments: StoreKind.allCases)
  func living(_ kind: StoreKind) async throws {
    try await kind.withStore { store, clock async throws in
      guard case .granted(let lease) = try await ask(store, as: 1) else { throw Failure("test", "not granted") }
      clock.advance(by: 1_000_000)
      #expect(try await ask(store, as: 2, .alive) == .heldBy(lease))
      #expect(try await store.leases() == [lease])
      #expect(try await store.renew(lease, duration: 30).fence == lease.fence)
      #expect(try await isGranted(ask(store, as: 2, .gone)))
    }
  }

  @Test("a clock that is set ahead ends no lease of this start of the machine", arguments: StoreKind.allCases)
  func setAhead(_ kind: StoreKind) async throws {
    try await kind.withStore { store, clock async throws in
      clock.start("boot")
      guard case .granted(let lease) = try await ask(store, as: 1) else { throw Failure("test", "not granted") }
      #expect(lease.bootExpiry == 31_000_000)
      clock.set(ahead: 1_000_000)
      clock.advance(by: 29)
      #expect(try await ask(store, as: 2) == .heldBy(lease))
      let renewed = try await store.renew(lease, duration: 30)
      #expect(renewed.bootExpiry == 60_000_000)
      clock.set(ahead: 1_000_000)
      #expect(try await ask(store, as: 2) == .heldBy(renewed))
      #expect(try await store.leases() == [renewed])
    }
  }

  @Test("a clock that is set back keeps no lease that is over", arguments: StoreKind.allCases)
  func setBack(_ kind: StoreKind) async throws {
    try await kind.withStore { store, clock async throws in
      clock.start("boot")
      #expect(try await isGranted(ask(store, as: 1)))
      clock.set(ahead: -1_000_000)
      clock.advance(by: 30)
      #expect(try await isGranted(ask(store, as: 2)))
    }
  }

  @Test("a lease of another machine, or of another start, is measured by the wall clock", arguments: StoreKind.allCases)
  func otherStart(_ kind: StoreKind) async throws {
    try await kind.withStore { store, clock async throws in
      clock.start("boot")
      guard case .granted(let lease) = try await ask(store, as: 1) else { throw Failure("test", "not granted") }
      clock.start("another")
      clock.advance(by: 29)
      #expect(try await ask(store, as: 2) == .heldBy(lease))
      clock.advance(by: 1)
      guard case .granted(let other) = try await ask(store, as: 2) else { throw Failure("test", "not granted") }
      #expect(other.bootExpiry == nil, "its holder is of another start than the clock")
    }
  }

  @Test("this machine's own clock from its start goes on, and its start is that of this process")
  func real() throws {
    let first = try #require(BootTime.now), second = try #require(BootTime.now)
    #expect(ProcessIdentity.current.bootID.hasPrefix(first.boot) && !first.boot.contains("/"))
    #expect(first.boot == second.boot && first.microseconds <= second.microseconds && first.microseconds > 0)
  }

  @Test("a run whose executor lives is not deleted, although its lease is over; one whose executor is gone is")
  func pruned() async throws {
    try await withTemporaryFolder { folder in
      let clock = TestClock()
      let store = try await SQLiteJournalStore(
        path: folder + "/journal.db", sealer: SecretSealer(.file(folder + "/journal.key")), now: { clock.now },
        boot: { nil })
      _ = try await store.create(.sample("a"), events: [.sample("1")])
      #expect(try await isGranted(ask(store, as: 1)))
      clock.advance(by: 1_000_000)
      #expect(try await store.delete([("a", 1)], liveness: { _ in .alive }) == [])
      #expect(try await store.delete([("a", 1)], liveness: { _ in .gone }) == ["a"])
      try await store.close()
    }
  }
}
