import Foundation
import Journal
import Values

/// The lines of a tree at one level of detail.
struct TreeLayout {
  let state: RunState
  let view: RunView
  let now: Date
  let style: Style
  let columns: Int
  let detail: TreeDetail
  /// After this many lines it may stop, because there are too many already.
  var limit = Int.max

  var symbols: Symbols { Symbols(style) }
  /// Durations are at the right, but not so far that the eye loses the line.
  var rightEdge: Int { min(columns, 100) }
  /// From this many branches on, a `parallel` is a crowd.
  static let crowd = 4

  func lines(of tree: StepNode) -> [Line] {
    children(of: tree, depth: 0) + approvals() + messages(detail.messages)
  }

  /// The approval that an operator gave, or has to give.
  func approvals() -> [Line] {
    state.approvals.map { approval in
      let (symbol, tone): (String, Tone) =
        switch approval.answer {
        case .none: (symbols.waiting, .warning)
        case .granted: (symbols.done, .good)
        case .rejected: (symbols.failed, .bad)
        }
      var line = start(symbol, tone, depth: 0)
      line.append(approval.message)
      line.append("  " + Self.words(of: approval), approval.answer == .granted ? .faint : tone)
      return line.clipped(to: columns, style: style)
    }
  }

  /// The newest of the runbook's messages.
  func messages(_ count: Int) -> [Line] {
    state.messages.suffix(count).flatMap { message in
      let isWarning = message.level == "warning"
      return Wrapping.wrap(message.text, to: columns - 2).enumerated().map { index, part in
        var line = Line(isWarning && index == 0 ? "! " : "  ", .warning)
        line.append(part, isWarning ? .warning : .faint)
        return line
      }
    }
  }

  private static func words(of approval: Approval) -> String {
    let by = approval.by.map { " by \($0)" } ?? ""
    switch approval.answer {
    case .none: return "waiting for approval"
    case .granted: return "approved\(by)"
    case .rejected: return "rejected\(by)"
    }
  }

  private func children(of node: StepNode, depth: Int) -> [Line] {
    if detail.transposesCrowds, isCrowd(node) {
      let crowd = CrowdLayout(layout: self, branches: node.branches, depth: depth)
      return fold(node.children.filter { $0.step != nil }, depth: depth) + crowd.lines()
    }
    if detail.flattensCrowds, node.branches.count >= 2 {
      return node.children.flatMap { child in
        // For a branch from which hundreds of others branch off, the one step that it is in says nothing.
        let isOneLine = child.step == nil && !child.tally.isAllDone && !holdsCrowd(child)
        return isOneLine ? [branch(child, depth: depth)] : lines(of: child, depth: depth)
      }
    }
    return fold(node.children, depth: depth)
  }

  private func holdsCrowd(_ node: StepNode) -> Bool {
    isCrowd(node) || node.branches.contains(where: holdsCrowd)
  }

  /// Whether its branches are many, and alike: a scope in which each host has a branch is beside other scopes, not
  /// among similar ones.
  private func isCrowd(_ node: StepNode) -> Bool {
    let branches = node.branches
    return branches.count >= Self.crowd && branches.allSatisfy { $0.branches.count <= branches.count }
  }

  /// An unfinished branch in one line: where it is.
  private func branch(_ node: StepNode, depth: Int) -> Line {
    guard let index = node.mostUrgentStep(state, view) else { return scope(node, depth: depth) }
    let step = state.steps[index]
    let status = view.status(of: step, in: state)
    let (symbol, tone) = sign(status)
    var line = start(symbol, tone, depth: depth)
    line.append(node.name, .strong)
    let below = (step.scope + [step.name]).dropFirst(node.components.count)
    line.append(symbols.into + below.joined(separator: symbols.into))
    let (words, wordsTone) = remark(step, status)
    if !words.isEmpty { line.append("  " + words, wordsTone) }
    if status == .failed, let failure = step.failure { line.append("  " + failure.message, .bad) }
    return finish(line, duration(step, status))
  }

  /// The lines of neighbours, finished ones put together where the level of detail says so.
  private func fold(_ nodes: [StepNode], depth: Int) -> [Line] {
    var lines: [Line] = []
    guard detail.foldsFinishedSteps else {
      for node in nodes where lines.count <= limit { lines += self.lines(of: node, depth: depth) }
      return lines
    }
    var finished: [StepNode] = []
    func flush() {
      if finished.count < 2 {
        lines += finished.flatMap { self.lines(of: $0, depth: depth) }
      } else {
        lines.append(summary(of: finished, depth: depth))
      }
      finished = []
    }
    for node in nodes where lines.count <= limit {
      if node.tally.isAllDone {
        finished.append(node)
      } else {
        flush()
        lines += self.lines(of: node, depth: depth)
      }
    }
    flush()
    return lines
  }

  private func summary(of nodes: [StepNode], depth: Int) -> Line {
    let tally = nodes.reduce(into: StepTally()) { $0.add($1.tally) }
    var line = start(symbols.done, .good, depth: depth)
    line.append(Counted.of(tally.total, "step") + " done", .faint)
    let branches = nodes.filter { $0.step == nil }.map(\.name)
    if !branches.isEmpty { line.append("  " + branches.joined(separator: ", "), .faint) }
    return finish(line, tally.duration(at: now))
  }

  private func lines(of node: StepNode, depth: Int) -> [Line] {
    var lines: [Line] = []
    if let index = node.step { lines += step(state.steps[index], depth: depth) }
    if node.children.isEmpty { return lines }
    if node.step == nil {
      if node.isFinishedScope, detail.foldsFinishedScopes || node.tally.earlier == node.tally.total {
        var line = start(doneScope.symbol, doneScope.tone, depth: depth)
        line.append(node.name)
        line.append("  " + Counted.of(node.tally.total, "step"), .faint)
        if node.tally.earlier == node.tally.total { line.append(" done before", .faint) }
        return [finish(line, node.tally.duration(at: now))]
      }
      lines.append(scope(node, depth: depth))
    }
    return lines + children(of: node, depth: depth + 1)
  }

  /// The sign of a scope whose known steps are all done. In a run that stopped on the way, steps of it may not have
  /// begun, and are not known: it is not called done.
  private var doneScope: (symbol: String, tone: Tone) {
    switch state.status {
    case .created, .running, .succeeded, .findings, .rolledBack: (symbols.done, .good)
    case .failed, .refused, .interrupted, .waiting, .displaced: (symbols.open, .faint)
    }
  }

  func scope(_ node: StepNode, depth: Int) -> Line {
    let tally = node.tally
    var line: Line
    if tally.failed > 0 {
      line = start(symbols.failed, .bad, depth: depth)
    } else if tally.isAllDone {
      line = start(doneScope.symbol, doneScope.tone, depth: depth)
    } else if tally.inDoubt > 0, !tally.isActive {
      line = start(symbols.doubtful, .bad, depth: depth)
    } else {
      line = start(symbols.open, .faint, depth: depth)
    }
    line.append(node.name, .strong)
    if detail.transposesCrowds, isCrowd(node) {
      line.append("  " + Counted.of(node.branches.count, "branch", "branches"), .faint)
    }
    return finish(line, tally.duration(at: now))
  }

  func start(_ symbol: String, _ tone: Tone, depth: Int) -> Line {
    var line = Line(String(repeating: "  ", count: depth))
    line.append(symbol, tone)
    line.append(" ")
    return line
  }

  /// The line with a duration at its right end.
  func finish(_ line: Line, _ duration: TimeInterval?) -> Line {
    guard let duration else { return line.clipped(to: columns, style: style) }
    let text = DurationText.of(duration)
    var line = line.clipped(to: rightEdge - text.count - 2, style: style)
    line.indent(to: rightEdge - text.count)
    line.append(text, .faint)
    return line
  }
}

/// How much of a tree is shown.
struct TreeDetail: Sendable, Hashable {
  /// Lines of a running step's output.
  var output = 3
  /// Whether that of steps that are done is shown too.
  var showsOutputOfDone = false
  /// Whether finished scopes are one line each.
  var foldsFinishedScopes = false
  /// Whether neighbouring finished steps and scopes are one line together.
  var foldsFinishedSteps = false
  /// Whether an unfinished branch of a crowd is one line.
  var flattensCrowds = false
  /// Whether the branches of a crowd are shown by step instead of by branch.
  var transposesCrowds = false
  /// How many single branches of a crowd are named per step.
  var named = Int.max
  /// How many of the runbook's messages are shown.
  var messages = 5

  /// From everything to the least; the first that fits is taken.
  /// - Parameter isVerbose: whether as much output is shown as there is room for.
  static func steps(rows: Int, isVerbose: Bool = false) -> [TreeDetail] {
    var detail = TreeDetail()
    var steps: [TreeDetail] = []
    if isVerbose {
      detail.showsOutputOfDone = true
      for count in [Int.max, 20, 6] {
        detail.output = count
        steps.append(detail)
      }
      detail.showsOutputOfDone = false
      detail.output = max(6, rows / 3)
      steps.append(detail)
      detail.output = 3
    }
    steps.append(detail)
    detail.output = 1
    detail.messages = 2
    steps.append(detail)
    detail.output = 3
    detail.foldsFinishedScopes = true
    steps.append(detail)
    detail.output = 1
    steps.append(detail)
    detail.foldsFinishedSteps = true
    steps.append(detail)
    detail.output = 0
    detail.messages = 1
    steps.append(detail)
    detail.flattensCrowds = true
    steps.append(detail)
    detail.transposesCrowds = true
    for named in [max(1, rows / 2), max(1, rows / 4), 3, 1, 0] {
      detail.named = named
      detail.messages = named > 1 ? 1 : 0
      steps.append(detail)
    }
    return steps
  }
}
