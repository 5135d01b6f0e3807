import Foundation
import Journal
import Testing

/// The stores that must all behave alike.
enum StoreKind: String, CaseIterable, CustomTestStringConvertible {
  case memory
  case sqlite

  var testDescription: String { rawValue }

  /// A new, empty store, and the clock that its leases expire by.
  func withStore(_ body: (any JournalStore, TestClock) async throws -> Void) async throws {
    let clock = TestClock()
    switch self {
    case .memory:
      try await body(InMemoryJournalStore(now: { clock.now }, boot: { clock.boot }), clock)
    case .sqlite:
      try await withTemporaryFolder { folder in
        let store = try await SQLiteJournalStore(
          path: folder + "/journal.db", sealer: SecretSealer(.file(folder + "/journal.key")), now: { clock.now },
          boot: { clock.boot })
        try await body(store, clock)
        try await store.close()
      }
    }
  }
}
