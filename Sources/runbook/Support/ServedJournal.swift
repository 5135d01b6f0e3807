import Journal
import Web

/// The journal that a page shows and records answers in. It is opened once for both, and the page never opens a secret.
actor ServedJournal {
  private let options: GlobalOptions
  private let isReadOnly: Bool
  private var store: SQLiteJournalStore?
  private var opening: Task<SQLiteJournalStore?, any Error>?

  init(_ options: GlobalOptions, isReadOnly: Bool) {
    self.options = options
    self.isReadOnly = isReadOnly
  }

  /// The journal; `nil` while there is none yet and nothing may be written.
  func opened() async throws -> SQLiteJournalStore? {
    if let store { return store }
    let opening =
      self.opening
      ?? Task { [options, isReadOnly] in
        try await isReadOnly
          ? JournalAccess.forReading(options) : JournalAccess.forWriting(options, access: .answering)
      }
    self.opening = opening
    defer { self.opening = nil }
    store = try await opening.value
    return store
  }

  nonisolated var journal: WebJournal {
    WebJournal(open: { try await self.opened() }, isGone: { Liveness.isGone($0, $1, $2) })
  }
}
