import Foundation
import Journal
import Presentation
import Values

/// What a report begins with: which run, its status, what it ended with.
struct ReportHead {
  let record: RunRecord
  let state: RunState
  let executorIsGone: Bool
  let moment: MomentText
  let now: Date

  var members: [String: Any] {
    let status = StatusText(state, executorIsGone: executorIsGone)
    var members: [String: Any] = [
      "runbook": record.runbook, "run": record.id, "summary": PlainText.line(state.summary ?? ""),
      "status": status.words, "statusClass": status.name, "facts": facts, "written": moment.minute(now),
      "notes": state.notes.map(Self.note),
    ]
    if let failure = state.failure { members["failure"] = failures(failure) }
    let counts = OutcomeCounts(state.steps)
    if state.status == .succeeded || state.status == .findings {
      members["verdict"] = counts.sentence.isEmpty ? "There was nothing to do." : counts.sentence + "."
    }
    return members
  }

  private var facts: [[String: Any]] {
    var facts: [(String, String)] = [
      ("begun", "\(moment.minute(record.createdAt)), by \(record.user) on \(record.machine)")
    ]
    if let began = state.startedAt, let end = state.finishedAt ?? state.lastAt {
      let resumed = state.executions > 1 ? ", in \(state.executions) executions" : ""
      facts.append(("took", DurationText.of(end.timeIntervalSince(began)) + resumed))
    }
    if let origin = state.imported {
      facts.append(("imported", "from \(origin.machine), \(moment.minute(origin.at)) by \(origin.user)"))
    }
    if state.isSimulated { facts.append(("simulated", "no host was touched")) }
    facts.append(("runbook", record.runbookPath))
    if let inventory = record.inventoryPath { facts.append(("inventory", inventory)) }
    if let stack = state.stack { facts.append(("stack", stack)) }
    for (name, value) in record.parameters.sorted(by: { $0.key < $1.key }) {
      facts.append((name, value.stringValue ?? (try? JSON.encode(value, secrets: .hidden)) ?? ""))
    }
    return facts.map { ["name": $0.0, "text": PlainText.line($0.1)] }
  }

  private static func note(_ note: RunNote) -> [String: Any] {
    [
      "title": PlainText.line(note.title), "isTable": note.isTable, "items": note.items.map(PlainText.line),
      "headings": note.headings.map(PlainText.line), "rows": note.rows.map { $0.map(PlainText.line) },
    ]
  }

  /// The failure and those that belong to it, each once.
  private func failures(_ failure: Failure) -> [[String: Any]] {
    var found: [Failure] = []
    func add(_ failure: Failure) {
      if failure.related.isEmpty || !failure.message.isEmpty, !found.contains(failure) { found.append(failure) }
      failure.related.forEach(add)
    }
    add(failure)
    let sources = SourceText(files: record.files)
    return found.map { FailureEntry.members(of: $0, sources: sources) }
  }
}
