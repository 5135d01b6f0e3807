import Foundation
import Journal

/// A journal that is written to by somebody who may die at each write. What was read or leased does no harm.
struct CrashingStore: JournalStore {
  let inner: any JournalStore
  let moments: any CrashMoments

  func create(_ run: RunRecord, events: [Event]) async throws -> [Event] {
    try await passing(["create"]) { try await inner.create(run, events: events) }
  }

  func append(_ events: [Event], to run: String, under lease: Lease?) async throws -> [Event] {
    let names = events.map { event in event.kind.rawValue + (event.path.map { " \($0)" } ?? "") }
    return try await passing(names) { try await inner.append(events, to: run, under: lease) }
  }

  /// The dead give nothing back.
  func release(_ lease: Lease) async throws { if !moments.isDead { try await inner.release(lease) } }

  func events(of run: String, after sequence: Int64) async throws -> [Event] {
    try await inner.events(of: run, after: sequence)
  }
  func newest(_ kinds: [EventKind], of run: String, after sequence: Int64) async throws -> Event? {
    try await inner.newest(kinds, of: run, after: sequence)
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

  private func passing<Result>(_ names: [String], _ write: () async throws -> Result) async throws -> Result {
    try moments.pass(names.map { "before \($0)" })
    let result = try await write()
    try moments.pass(names.map { "after \($0)" })
    return result
  }
}
