import Foundation
import Journal

/// A run as lists and views show it: what is known from its beginning, and its status.
package struct RunSummary: Sendable {
  /// What never changes.
  package var record: RunRecord
  /// Its state.
  package var state: RunState
  /// Whether no living process holds the lease of a run that counts as running.
  package var executorIsGone: Bool

  /// Puts a run's record and state together.
  package init(run record: RunRecord, state: RunState, executorIsGone: Bool = false) {
    self.record = record
    self.state = state
    self.executorIsGone = executorIsGone
  }

  /// Its status, in words.
  package var status: StatusText { StatusText(state, executorIsGone: executorIsGone) }

  /// From the first execution's beginning to the end, or until now while it is executed.
  package func duration(at now: Date) -> TimeInterval? {
    guard let began = state.startedAt else { return nil }
    if let ended = state.finishedAt { return ended.timeIntervalSince(began) }
    return status.executorIsGone ? state.lastAt?.timeIntervalSince(began) : now.timeIntervalSince(began)
  }

  /// The members that describe it in JSON.
  func json(at now: Date) -> [(String, JSONText)] {
    let counts = state.counts
    return [
      ("run", .string(record.id)), ("runbook", .string(record.runbook)),
      ("runbook_path", .string(record.runbookPath)), ("inventory_path", JSONText(record.inventoryPath)),
      ("summary", JSONText(state.summary)), ("stack", JSONText(state.stack)), ("state", .string(status.name)),
      ("can_be_resumed", .bool(status.canBeResumed)), ("imported", .bool(status.isImported)),
      ("simulated", .bool(status.isSimulated)),
      ("created_at", JSONText(record.createdAt)),
      ("started_at", JSONText(state.startedAt)), ("finished_at", JSONText(state.finishedAt)),
      ("duration", JSONText(seconds: duration(at: now))), ("executions", .integer(Int64(state.executions))),
      (
        "steps",
        .object([
          ("total", .integer(Int64(counts.total))), ("done", .integer(Int64(counts.done))),
          ("failed", .integer(Int64(counts.failed))), ("retrying", .integer(Int64(counts.retrying))),
          ("started", .integer(Int64(counts.inDoubt))),
        ])
      ),
      ("user", .string(record.user)), ("machine", .string(record.machine)),
    ]
  }
}
