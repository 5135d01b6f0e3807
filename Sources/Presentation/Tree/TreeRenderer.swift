import Foundation
import Journal

/// Draws a run as a tree of scopes and steps. A pure function of its arguments.
///
/// No line is wider than the screen, and there are never more lines than it has rows: the tree gives up detail, from
/// the output of commands over finished branches to the single branches of a crowd, until it fits.
package struct TreeRenderer: Sendable {
  var view: RunView
  /// Messages of the program's own, below the tree.
  var notices: [String] = []
  /// What the keys do, below all else; empty where there are none.
  var keys = ""

  /// Draws that run. `executionBegan`: when the present execution began, so that steps of an earlier one are marked;
  /// `nil` when the run is only looked at.
  package init(run: String, runbook: String, executionBegan: Date? = nil) {
    view = RunView(run: run, runbook: runbook, executionBegan: executionBegan)
  }

  /// The lines to show.
  package func render(state: RunState, at now: Date, size: TerminalSize, style: Style) -> [String] {
    lines(state: state, at: now, size: size, style: style).map { $0.text(style, columns: size.columns) }
  }

  func lines(state: RunState, at now: Date, size: TerminalSize, style: Style) -> [Line] {
    var level = 0
    return lines(state: state, at: now, size: size, style: style, level: &level)
  }

  /// `level`: which level of detail the last drawing had, and this one has. More detail is shown again only with some
  /// room to spare, so that a tree at the limit does not jump back and forth.
  func lines(state: RunState, at now: Date, size: TerminalSize, style: Style, level: inout Int) -> [Line] {
    let tree = StepNode.tree(state, view, at: now)
    let header = RunHeader(state: state, view: view, tally: tree.tally, now: now, style: style)
      .lines(columns: size.columns)
    let notices = notices.suffix(2).map { Line($0, .warning) }
    let keys = keys.isEmpty ? [] : [Line(keys, .faint).clipped(to: size.columns, style: style)]
    let room = max(1, size.rows - header.count - notices.count - keys.count)
    var body: [Line] = []
    let last = level
    let details = TreeDetail.steps(rows: room, isVerbose: view.isVerbose)
    for (index, detail) in details.enumerated() {
      let layout = TreeLayout(
        state: state, view: view, now: now, style: style, columns: size.columns, detail: detail,
        limit: index < details.count - 1 ? room : .max)
      body = layout.lines(of: tree)
      level = index
      if body.count <= room - (index < last ? room / 5 : 0) { break }
    }
    if body.count > room {
      let hidden = body.count - (room - 1)
      body = body.prefix(room - 1) + [Line("\(Symbols(style).ellipsis) \(hidden) more lines", .faint)]
    }
    return Array((header + body + notices + keys).prefix(size.rows))
  }
}
