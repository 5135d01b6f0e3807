import Foundation
import Journal

/// The runs, for `runbook list`.
public struct RunTable: Sendable {
  /// One run.
  public typealias Row = RunSummary

  /// The runs in the order to show them.
  public var rows: [Row]
  /// Whether there may be others.
  public var isFiltered: Bool

  /// Lists runs.
  public init(rows: [Row], isFiltered: Bool = false) {
    self.rows = rows
    self.isFiltered = isFiltered
  }

  /// The table's lines. With `columns` `nil` nothing is cut: for a file or a pipe.
  public func render(columns: Int?, at now: Date = Date(), style: Style) -> [String] {
    if rows.isEmpty, isFiltered { return ["There is no such run. List all runs with: runbook list"] }
    guard !rows.isEmpty else { return ["There is no run yet. Start one with: runbook run RUNBOOK --inventory FILE"] }
    var table = Table(columns: [
      .init("ID"), .init("RUNBOOK", shrinks: true), .init("STATE"), .init("WHEN"), .init("", leavesAt: 2),
      .init("TOOK", alignsRight: true), .init("STEPS", alignsRight: true), .init("WHO", shrinks: true, leavesAt: 1),
    ])
    let moment = MomentText(timeZone: style.timeZone)
    for run in rows {
      let counts = run.state.counts
      table.add([
        Line(run.record.id, .strong), Line(run.record.runbook), Line(run.status.shortWords, run.status.tone),
        Line(moment.relative(run.record.createdAt, to: now)), Line(moment.minute(run.record.createdAt), .faint),
        Line(run.duration(at: now).map(DurationText.of) ?? "-"),
        // A step that is not done makes the pair worth reading; the total is what is known so far.
        Line(counts.done == counts.total ? "\(counts.done)" : "\(counts.done)/\(counts.total)"),
        Line("\(run.record.user)@\(run.record.machine)", .faint),
      ])
    }
    return table.lines(width: columns, style: style).map { $0.text(style, columns: columns ?? .max) }
  }

  /// The runs as a JSON array of objects: `run`, `runbook`, `runbook_path`, `inventory_path`, `summary`, `stack`,
  /// `state` (as in the journal, or `crashed`, `pausing`, `paused`), `can_be_resumed`, `imported`, `simulated`,
  /// `created_at`, `started_at`, `finished_at` (ISO 8601,
  /// UTC), `duration` (seconds), `executions`, `steps` {`total`, `done`, `failed`, `retrying`, `started`}, `user`,
  /// `machine`. Members without a value are `null`.
  public func json(at now: Date = Date()) -> String {
    JSONText.array(rows.map { .object($0.json(at: now)) }).pretty
  }
}
