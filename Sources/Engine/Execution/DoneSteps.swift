import Journal
import Synchronization

/// The steps that were done when an execution, or a pass of one, began: which of them the script has not reached.
final class DoneSteps: Sendable {
  private let history: RunState
  /// Those that are left, by the paths of their scopes.
  private let left: Mutex<[Substring: Set<String>]>

  init(_ history: RunState) {
    self.history = history
    let done = history.steps.lazy.filter { $0.status == .succeeded && !$0.path.hasPrefix(RollbackDriver.prefix) }
    left = Mutex(Dictionary(grouping: done.map(\.path), by: Self.scope).mapValues(Set.init))
  }

  /// The script has reached that step.
  func cameTo(_ path: String) { left.withLock { _ = $0[Self.scope(of: path)]?.remove(path) } }

  /// Those that are left in the scope of a step, in the order in which they were first begun.
  func missed(inScopeOf path: String) -> [StepState] { inOrder(left.withLock { $0[Self.scope(of: path)] ?? [] }) }

  /// All that are left.
  var missed: [StepState] { inOrder(left.withLock { $0.values.reduce(into: []) { $0.formUnion($1) } }) }

  private func inOrder(_ paths: Set<String>) -> [StepState] {
    paths.isEmpty ? [] : history.steps.filter { paths.contains($0.path) }
  }

  private static func scope(of path: String) -> Substring { path[..<(path.lastIndex(of: "/") ?? path.startIndex)] }
}
