import Foundation
import Journal

/// A journal whose writer may die at each write. Reads and leases do no harm.
struct CrashingStore: RelayingStore {
  let inner: any JournalStore
  let moments: any CrashMoments

  func create(_ run: RunRecord, events: [Event]) async throws -> [Event] {
    try await passing(["create"]) { try await inner.create(run, events: events) }
  }

  func append(_ events: [Event], to run: String, under lease: Lease?) async throws -> [Event] {
    let names = events.map { event in event.kind.rawValue + (event.path.map { " \($0)" } ?? "") }
    return try await passing(names) { try await inner.append(events, to: run, under: lease) }
  }

  /// A dead process releases nothing.
  func release(_ lease: Lease) async throws { if !moments.isDead { try await inner.release(lease) } }

  private func passing<Result>(_ names: [String], _ write: () async throws -> Result) async throws -> Result {
    try moments.pass(names.map { "before \($0)" })
    let result = try await write()
    try moments.pass(names.map { "after \($0)" })
    return result
  }
}
