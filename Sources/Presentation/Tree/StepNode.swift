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
