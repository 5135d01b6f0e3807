import Journal
import Values

/// What the page shows.
public struct WebJournal: Sendable {
  /// Opens the journal for reading; `nil` while there is none.
  public var open: @Sendable () async throws -> (any JournalStore)?
  /// Whether a run counts as running, but no living process holds its lease.
  public var isGone: @Sendable (RunRecord, RunState, [Lease]) -> Bool

  /// Describes where the runs are.
  public init(
    open: @escaping @Sendable () async throws -> (any JournalStore)?,
    isGone: @escaping @Sendable (RunRecord, RunState, [Lease]) -> Bool
  ) {
    self.open = open
    self.isGone = isGone
  }

  /// The run of that ID, and where it is kept.
  func run(_ id: String) async throws -> (RunRecord, any JournalStore) {
    guard RunID(id) != nil, let store = try await open(), let run = try await store.run(id), run.id == id else {
      throw Refusal(.notFound, "There is no run \(id).")
    }
    return (run, store)
  }
}
