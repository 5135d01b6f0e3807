import Foundation
import Journal

/// The runs, for `runbook list`.
package struct RunTable: Sendable {
  /// One run.
  package typealias Row = RunSummary

  /// The runs in the order to show them.
  package var rows: [Row]
  /// Whether there may be others.
  package var isFiltered: Bool

  /// Lists runs.
  package init(rows: [Row], isFiltered: Bool = false) {
    self.rows = rows
    self.isFiltered = isFiltered
  }

  /// The table's lines. With `columns` `nil` nothing is cut: for a file or a pipe.
  package func render(columns: Int?, at now: Date = Date(), style: Style) -> [String] {
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
  package func json(at now: Date = Date()) -> String {
    JSONText.array(rows.map { .object($0.json(at: now)) }).pretty
  }
}

/// The steps of a run by scope, each with the commands that it represents.
struct StepList {
  let run: RunSummary
  let now: Date
  let style: Style
  let width: Int

  private var state: RunState { run.state }

  func lines() -> [Line] {
    let view = RunView(run: run.record.id, runbook: run.record.runbook, executorIsGone: run.executorIsGone)
    let layout = TreeLayout(state: state, view: view, now: now, style: style, columns: width, detail: TreeDetail())
    return lines(of: StepNode.tree(state, view, at: now), layout, depth: 0) + layout.approvals() + layout.messages(.max)
  }

  private func lines(of node: StepNode, _ layout: TreeLayout, depth: Int) -> [Line] {
    node.children.flatMap { child -> [Line] in
      var lines: [Line] = []
      if let index = child.step {
        let step = state.steps[index]
        lines += layout.step(step, depth: depth) + commands(of: step, depth: depth)
      } else {
        lines.append(layout.scope(child, depth: depth))
      }
      return lines + self.lines(of: child, layout, depth: depth + 1)
    }
  }

  private func commands(of step: StepState, depth: Int) -> [Line] {
    // Nothing was carried out where everything was already so.
    if step.outcome == .alreadySo { return [] }
    let indentation = String(repeating: " ", count: 2 * depth + 4)
    return step.commands.flatMap { command -> [Line] in
      let isElsewhere = command.host != nil && command.host != step.host && !step.scope.contains(command.host ?? "")
      let start = indentation + (isElsewhere ? "\(command.host ?? "")  " : "") + "$ "
      let column = DisplayWidth.of(PlainText.line(start))
      return CommandWrapping.wrap(command.text, to: width - column).enumerated().map { index, part in
        var line = Line(index == 0 ? start : "", .faint)
        line.indent(to: column)
        line.append(part, .faint)
        return line
      }
    }
  }
}
