import Foundation
import Journal
import Presentation

/// The list of all runs, kept up to date for every page that shows it.
actor ListPart {
  private let journal: WebJournal
  private let pages: PageRenderer
  private var states: [String: RunState] = [:]
  private var latest: (at: Date, html: String)?

  /// Pages that ask within this time, in seconds, get the same answer.
  private static let pace = 0.5

  init(journal: WebJournal, pages: PageRenderer) {
    self.journal = journal
    self.pages = pages
  }

  /// The list, newest run first.
  func html() async throws -> String {
    let now = Date()
    if let latest, now.timeIntervalSince(latest.at) < Self.pace { return latest.html }
    var rows: [[String: Any]] = []
    if let store = try await journal.open() {
      let leases = try await store.leases()
      for run in try await store.runs() {
        var state = states[run.id] ?? RunState()
        // Events are only ever added to a run.
        for event in try await store.events(of: run.id, after: state.lastSequence) { state.apply(event) }
        states[run.id] = state
        rows.append(
          Self.row(RunSummary(run: run, state: state, executorIsGone: journal.isGone(run, state, leases)), now))
      }
    }
    let html = pages.html("list", ["rows": rows, "isEmpty": rows.isEmpty])
    latest = (now, html)
    return html
  }

  private static func row(_ run: RunSummary, _ now: Date) -> [String: Any] {
    let counts = run.state.counts
    let isRunning = run.state.status == .running && !run.status.executorIsGone
    return [
      "id": run.record.id, "runbook": PlainText.line(run.record.runbook),
      "summary": PlainText.line(run.state.summary ?? ""), "status": run.status.shortWords, "class": run.status.name,
      "when": MomentText(timeZone: .current).minute(run.record.createdAt),
      // A number that changes all the time would make every read of a running run a change.
      "took": isRunning ? "" : run.duration(at: now).map(DurationText.of) ?? "-",
      "steps": counts.done == counts.total ? "\(counts.done)" : "\(counts.done)/\(counts.total)",
      "who": PlainText.line("\(run.record.user)@\(run.record.machine)"),
    ]
  }
}
