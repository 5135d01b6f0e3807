import CrashTesting
import Engine
import Journal
import Synchronization

/// A journal whose news can be asked for only once it is let go.
final class HesitantStore: RelayingStore {
  let inner: any JournalStore = InMemoryJournalStore()
  let go = StopSignal()
  private let asked = Mutex(0)

  /// How often it was asked for news.
  var looks: Int { asked.withLock { $0 } }

  func newest(_ kinds: [EventKind], of run: String, after sequence: Int64) async throws -> Event? {
    asked.withLock { $0 += 1 }
    await go.wait()
    return try await inner.newest(kinds, of: run, after: sequence)
  }
}
