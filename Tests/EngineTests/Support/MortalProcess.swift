import Engine
import Foundation
import Journal
import LuaVM
import Synchronization
import Values

/// A process that dies at one of its moments: before and after each write to the journal and each effect. From then on
/// it does nothing any more, in none of its branches.
final class MortalProcess: Sendable {
  /// What the rest of a dead process's script can't catch.
  struct Death: UncatchableError {}

  let holder: LeaseHolder
  let clock: SkippingClock
  private let last: Int
  private let passed = Mutex(0)

  /// `last`: the number of the moment at which it dies, counted from 1.
  init(_ id: Int32, clock: SkippingClock, diesAt last: Int = .max) {
    holder = LeaseHolder(machine: "here", bootID: "b", processID: id, processStart: 1, user: "op", run: "")
    self.clock = clock
    self.last = last
  }

  /// How many moments it has lived through.
  var moments: Int { passed.withLock { $0 } }
  /// Whether it has died.
  var isDead: Bool { moments >= last }

  /// Lives through a moment, or dies; a dead one dies again.
  func live() throws {
    let isAlive = passed.withLock { passed in
      passed = min(passed + 1, last)
      return passed < last
    }
    guard isAlive else { throw Death() }
  }

  /// The module with a moment before and after each of its effects.
  func module(_ module: HostModule) -> HostModule {
    var module = module
    module.primitives = module.primitives.map { primitive in
      guard case .changes = primitive.effect else { return primitive }
      var primitive = primitive
      let perform = primitive.perform
      primitive.perform = { arguments, context in
        try self.live()
        let result = try await perform(arguments, context)
        try self.live()
        return result
      }
      return primitive
    }
    return module
  }

  /// The journal with a moment before and after each write.
  func store(_ inner: any JournalStore) -> any JournalStore { Store(inner: inner, process: self) }

  private struct Store: JournalStore {
    let inner: any JournalStore
    let process: MortalProcess

    func create(_ run: RunRecord, events: [Event]) async throws -> [Event] {
      try await living { try await inner.create(run, events: events) }
    }
    func append(_ events: [Event], to run: String, under lease: Lease?) async throws -> [Event] {
      try await living { try await inner.append(events, to: run, under: lease) }
    }
    /// A dead process gives nothing back.
    func release(_ lease: Lease) async throws { if !process.isDead { try await inner.release(lease) } }

    func events(of run: String, after sequence: Int64) async throws -> [Event] {
      try await inner.events(of: run, after: sequence)
    }
    func run(_ id: String) async throws -> RunRecord? { try await inner.run(id) }
    func runs() async throws -> [RunRecord] { try await inner.runs() }
    func acquire(
      _ key: String, for holder: LeaseHolder, duration: TimeInterval, isGone: @Sendable (LeaseHolder) -> Bool
    ) async throws -> LeaseAnswer {
      try await inner.acquire(key, for: holder, duration: duration, isGone: isGone)
    }
    func renew(_ lease: Lease, duration: TimeInterval) async throws -> Lease {
      try await inner.renew(lease, duration: duration)
    }
    func leases() async throws -> [Lease] { try await inner.leases() }

    private func living<Result>(_ write: () async throws -> Result) async throws -> Result {
      try process.live()
      let result = try await write()
      try process.live()
      return result
    }
  }
}

/// A clock on which whoever sleeps has slept already.
final class SkippingClock: EngineClock {
  private let time = Mutex(Date(timeIntervalSince1970: 1_700_000_000))

  func now() -> Date { time.withLock { $0 } }
  func sleep(seconds: Double) async throws {
    time.withLock { $0 += seconds }
    await Task.yield()
    try Task.checkCancellation()
  }
}
