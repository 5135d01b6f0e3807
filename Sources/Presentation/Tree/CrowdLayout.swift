import Foundation
import Journal
import Values

/// Many branches that do the same steps, grouped by step: one line per step with the number of branches in each status,
/// and below it those that failed, are tried again, or are running.
struct CrowdLayout {
  let layout: TreeLayout
  let branches: [StepNode]
  let depth: Int

  /// A step as the branches have it in common: its path below the branch.
  private struct Shared {
    var name: String
    var tally = StepTally()
    /// Branch and step, for what is not done.
    var open: [(branch: String, step: StepState, status: RunView.Status)] = []
  }

  func lines() -> [Line] {
    var order: [String] = []
    var shared: [String: Shared] = [:]
    for branch in branches { collect(branch, below: branch, &order, &shared) }
    return order.compactMap { shared[$0] }.flatMap(lines(of:))
  }

  private func collect(
    _ node: StepNode, below branch: StepNode, _ order: inout [String], _ shared: inout [String: Shared]
  ) {
    if let index = node.step {
      let step = layout.state.steps[index]
      let name = node.components.dropFirst(branch.components.count).joined(separator: layout.symbols.into)
      if shared[name] == nil {
        order.append(name)
        shared[name] = Shared(name: name)
      }
      shared[name]?.tally.count(step, layout.state, layout.view, layout.now)
      let status = layout.view.status(of: step, in: layout.state)
      if case .done = status {} else { shared[name]?.open.append((branch.name, step, status)) }
    }
    for child in node.children { collect(child, below: branch, &order, &shared) }
  }

  private func lines(of shared: Shared) -> [Line] {
    let tally = shared.tally
    let symbol: (String, Tone) =
      if tally.failed > 0 {
        layout.sign(.failed)
      } else if tally.running > 0 {
        layout.sign(.running)
      } else if tally.retrying > 0 {
        layout.sign(.retrying)
      } else if tally.inDoubt > 0 {
        layout.sign(.inDoubt)
      } else if tally.pending > 0 {
        layout.sign(.pending)
      } else {
        layout.sign(.done(isEarlier: tally.earlier == tally.total))
      }
    var line = layout.start(symbol.0, symbol.1, depth: depth)
    line.append(shared.name)
    line.append("  ")
    line.append(tally.words(layout.style))
    return [layout.finish(line, tally.duration(at: layout.now))]
      + single(shared, .failed) + single(shared, .retrying) + single(shared, .inDoubt) + running(shared)
  }

  /// Branches that need a line of their own, as many as there is room for.
  private func single(_ shared: Shared, _ wanted: RunView.Status) -> [Line] {
    let affected = shared.open.filter { $0.status == wanted }
    let shown = affected.prefix(layout.detail.named).map { branch, step, status in
      let (symbol, tone) = layout.sign(status)
      var line = layout.start(symbol, tone, depth: depth + 1)
      line.append(branch, .strong)
      let (words, wordsTone) = layout.remark(step, status)
      if !words.isEmpty { line.append("  " + words, wordsTone) }
      if let failure = step.failure { line.append("  " + failure.message, tone) }
      return line.clipped(to: layout.columns, style: layout.style)
    }
    let hidden = affected.count - shown.count
    guard hidden > 0, layout.detail.named > 0 else { return shown }
    return shown + [names(affected.dropFirst(shown.count).map(\.branch))]
  }

  private func running(_ shared: Shared) -> [Line] {
    let names = shared.open.filter { $0.status == .running }.map(\.branch)
    return names.isEmpty || layout.detail.named == 0 ? [] : [self.names(names)]
  }

  /// As many names as the line takes, and how many more there are.
  private func names(_ names: [String]) -> Line {
    let indentation = String(repeating: " ", count: 2 * depth + 4)
    let room = min(layout.columns, 100) - indentation.count - 12
    var text = ""
    var shown = 0
    for name in names {
      let next = (text.isEmpty ? "" : ", ") + PlainText.line(name)
      if shown > 0, DisplayWidth.of(text) + DisplayWidth.of(next) > room { break }
      text += next
      shown += 1
    }
    if shown < names.count { text += " and \(names.count - shown) more" }
    return Line(indentation + text, .faint).clipped(to: layout.columns, style: layout.style)
  }
}
