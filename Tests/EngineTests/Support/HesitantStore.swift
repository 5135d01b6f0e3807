import Engine
import Foundation
import Journal
import Synchronization

/// A journal whose news can be asked for only once it is let go.
final class HesitantStore: JournalStore {
  let inner = InMemoryJournalStore()
  let go = StopSignal()
  private let asked = Mutex(0)

  /// How often it was asked for news.
  var looks: Int { asked.withLock { $0 } }

  func newest(_ kinds: [EventKind], of run: String, after sequence: Int64) async throws -> Event? {
    asked.withLock { $0 += 1 }
    await go.wait()
    return try await inner.newest(kinds, of: run, after: sequence)
  }

  func create(_ run: RunRecord, events: [Event]) async throws -> [Event] {
    try await inner.create(run, events: events)
  }
  func append(_ events: [Event], to run: String, under lease: Lease?) async throws -> [Event] {
    try await inner.append(events, to: run, under: lease)
  }
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
  func release(_ lease: Lease) async throws { try await inner.release(lease) }
  func leases() async throws -> [Lease] { try await inner.leases() }
}
