import Foundation
import Journal
import Presentation

/// The steps as a tree of scopes, for a page that is shown while the run is running.
struct StepTree {
  /// The nodes at the top, in order of first appearance.
  let members: [[String: Any]]

  /// - Parameter atWorkSince: when the present execution began; `nil` when there is none.
  init(state: RunState, events: [Event], moment: MomentText, atWorkSince: Date?, now: Date) {
    let rows = StepRows(state: state, events: events, moment: moment, newestOutput: true, atWorkSince: atWorkSince)
    let root = Node()
    for step in state.steps { root.insert(step) }
    members = root.members(path: [], rows: rows, now: now)
  }

  /// A scope while the tree is put together.
  private final class Node {
    private var order: [String] = []
    private var scopes: [String: Node] = [:]
    private var steps: [String: StepState] = [:]

    func insert(_ step: StepState) {
      var here = self
      for name in step.scope { here = here.scope(name) }
      if here.steps[step.name] == nil, here.scopes[step.name] == nil { here.order.append(step.name) }
      here.steps[step.name] = step
    }

    private func scope(_ name: String) -> Node {
      if let scope = scopes[name] { return scope }
      if steps[name] == nil { order.append(name) }
      let scope = Node()
      scopes[name] = scope
      return scope
    }

    private var all: [StepState] { Array(steps.values) + scopes.values.flatMap(\.all) }

    func members(path: [String], rows: StepRows, now: Date) -> [[String: Any]] {
      order.flatMap { name -> [[String: Any]] in
        var found: [[String: Any]] = []
        if let step = steps[name] {
          found.append(rows.members(of: step, now: now).merging(["isScope": false, "children": []]) { $1 })
        }
        if let scope = scopes[name] {
          let path = path + [name]
          found.append([
            "isScope": true, "name": PlainText.line(name), "key": path.joined(separator: "/"),
            "tally": Self.tally(scope.all, rows), "children": scope.members(path: path, rows: rows, now: now),
          ])
        }
        return found
      }
    }

    /// `1 failed, 2 running, 14 done`: what matters most first.
    private static func tally(_ steps: [StepState], _ rows: StepRows) -> String {
      var counts = [0, 0, 0, 0]
      for step in steps {
        switch step.status {
        case .failed: counts[0] += 1
        case .retrying: counts[1] += 1
        case .started: counts[2] += 1
        case .succeeded: counts[3] += 1
        }
      }
      let started = rows.atWorkSince == nil ? "without an outcome" : "running"
      return zip(counts, ["failed", "to be tried again", started, "done"]).filter { $0.0 > 0 }
        .map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }
  }
}
