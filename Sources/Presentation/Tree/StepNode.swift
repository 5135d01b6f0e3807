import Foundation
import Journal

/// A place in the tree of a run: a scope, a step, or (where names coincide) both.
struct StepNode: Sendable {
  let name: String
  /// The components of its path, the name included; none for the root.
  let components: [String]
  /// The index of the step in the state's list.
  var step: Int?
  /// In order of first appearance.
  var children: [StepNode] = []
  var tally = StepTally()

  /// The tree of a run's steps.
  static func tree(_ state: RunState, _ view: RunView, at now: Date) -> StepNode {
    let builder = Builder()
    for (index, step) in state.steps.enumerated() { builder.insert(step, index) }
    return builder.node(name: "", components: [], state, view, now)
  }

  /// Whether it is a scope in which nothing is running or wrong.
  var isFinishedScope: Bool { step == nil && tally.isAllDone }
  /// Whether several of its children are scopes: the branches of a `parallel`.
  var branches: [StepNode] { children.filter { $0.step == nil } }

  /// The step that represents the status of this place best: a failed one, else a running one, else the newest.
  func mostUrgentStep(_ state: RunState, _ view: RunView) -> Int? {
    let all = steps
    for wanted in [RunView.Status.failed, .running, .retrying, .inDoubt] {
      if let found = all.first(where: { view.status(of: state.steps[$0], in: state) == wanted }) { return found }
    }
    return all.last
  }

  /// The steps here and below.
  private var steps: [Int] { (step.map { [$0] } ?? []) + children.flatMap(\.steps) }

  /// Reference semantics while the tree is put together: one look-up per component, no copies.
  private final class Builder {
    var step: Int?
    var order: [String] = []
    var children: [String: Builder] = [:]

    func insert(_ step: StepState, _ index: Int) {
      var here = self
      for component in step.scope + [step.name] {
        if let next = here.children[component] {
          here = next
        } else {
          let next = Builder()
          here.children[component] = next
          here.order.append(component)
          here = next
        }
      }
      here.step = index
    }

    func node(name: String, components: [String], _ state: RunState, _ view: RunView, _ now: Date) -> StepNode {
      var node = StepNode(name: name, components: components, step: step)
      if let step { node.tally.count(state.steps[step], state, view, now) }
      for name in order {
        guard let child = children[name] else { continue }
        let childNode = child.node(name: name, components: components + [name], state, view, now)
        node.tally.add(childNode.tally)
        node.children.append(childNode)
      }
      return node
    }
  }
}

/// How many steps below a place of the tree have which status.
struct StepTally: Sendable {
  var done = 0
  var running = 0
  var retrying = 0
  var failed = 0
  var inDoubt = 0
  var pending = 0
  /// Of the done: those of earlier executions.
  var earlier = 0
  /// The span of what happened in this execution.
  var began: Date?
  var ended: Date?
  /// Whether a step ended a moment ago, so that the next one of the same branch may be about to begin.
  var isSettling = false

  var total: Int { done + running + retrying + failed + inDoubt + pending }
  var isActive: Bool { running + retrying > 0 }
  var isAllDone: Bool { done == total && !isSettling }

  mutating func count(_ step: StepState, _ state: RunState, _ view: RunView, _ now: Date) {
    switch view.status(of: step, in: state) {
    case .done(let isEarlier):
      done += 1
      if isEarlier {
        earlier += 1
        return
      }
      if state.status == .running, let ended = step.endedAt, now.timeIntervalSince(ended) < 0.3 { isSettling = true }
    case .running: running += 1
    case .retrying: retrying += 1
    case .failed: failed += 1
    case .inDoubt:
      inDoubt += 1
      return
    case .pending:
      pending += 1
      return
    }
    began = [began, step.startedAt].compactMap { $0 }.min()
    ended = [ended, step.endedAt].compactMap { $0 }.max()
  }

  mutating func add(_ other: StepTally) {
    done += other.done
    running += other.running
    retrying += other.retrying
    failed += other.failed
    inDoubt += other.inDoubt
    pending += other.pending
    earlier += other.earlier
    began = [began, other.began].compactMap { $0 }.min()
    ended = [ended, other.ended].compactMap { $0 }.max()
    isSettling = isSettling || other.isSettling
  }

  /// How long it took, or takes so far.
  func duration(at now: Date) -> TimeInterval? {
    guard let began else { return nil }
    return (isActive ? now : ended ?? now).timeIntervalSince(began)
  }

  /// `1 failed · 2 running · 14 done`; what matters most first.
  func words(_ style: Style) -> Line {
    let parts: [(Int, String, Tone)] = [
      (failed, "failed", .bad), (inDoubt, "in doubt", .bad), (retrying, "retrying", .warning),
      (running, "running", .busy), (pending, "not finished before", .faint), (done, "done", .good),
    ]
    var line = Line()
    for (count, words, tone) in parts where count > 0 {
      if line.width > 0 { line.append(Symbols(style).separator, .faint) }
      line.append("\(count) \(words)", tone)
    }
    return line
  }
}
