import Foundation
import Journal

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
