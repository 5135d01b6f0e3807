import Foundation
import Journal
import Values

/// A journal that asks another one for everything that it does not do itself.
public protocol RelayingStore: JournalStore {
  /// The journal that is asked.
  var inner: any JournalStore { get }
}

// The protocol of the journal documents its requirements.
// swift-format-ignore: AllPublicDeclarationsHaveDocumentation
extension RelayingStore {
  public func create(_ run: RunRecord, events: [Event]) async throws -> [Event] {
    try await inner.create(run, events: events)
  }
  public func append(_ events: [Event], to run: String, under lease: Lease?) async throws -> [Event] {
    try await inner.append(events, to: run, under: lease)
  }
  public func events(of run: String, after sequence: Int64) async throws -> [Event] {
    try await inner.events(of: run, after: sequence)
  }
  public func newest(_ kinds: [EventKind], of run: String, after sequence: Int64) async throws -> Event? {
    try await inner.newest(kinds, of: run, after: sequence)
  }
  public func run(_ id: String) async throws -> RunRecord? { try await inner.run(id) }
  public func runs() async throws -> [RunRecord] { try await inner.runs() }
  public func acquire(
    _ key: String, for holder: LeaseHolder, duration: TimeInterval,
    liveness: @Sendable (LeaseHolder) -> ProcessLiveness
  ) async throws -> LeaseAnswer {
    try await inner.acquire(key, for: holder, duration: duration, liveness: liveness)
  }
  public func renew(_ lease: Lease, duration: TimeInterval) async throws -> Lease {
    try await inner.renew(lease, duration: duration)
  }
  public func release(_ lease: Lease) async throws { try await inner.release(lease) }
  public func leases() async throws -> [Lease] { try await inner.leases() }
}
