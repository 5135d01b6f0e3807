import Journal
import LuaVM
import Synchronization
import Values

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

/// The journal's values that were recorded between steps, and the messages that were shown already.
final class RecordedValues: Sendable {
  private let values: [String: Value]
  private let messages: Mutex<[String: Int]>

  init(events: [Event]) {
    var values: [String: Value] = [:], messages: [String: Int] = [:]
    for event in events {
      switch event.kind {
      case .valueRecorded:
        if let path = event.path { values[path] = event.content(Event.ValueRecorded.self)?.value ?? .null }
      case .logMessage, .runNote: messages["\(event.kind) \(event.path ?? "")", default: 0] += 1
      default: break
      }
    }
    self.values = values
    self.messages = Mutex(messages)
  }

  func value(_ key: String) -> Value? { values[key] }

  /// Whether the next message of that scope was not shown before; a replay passes the earlier ones once more.
  func isNew(_ kind: EventKind, in scope: Scope) -> Bool {
    let key = "\(kind) \(scope.path.joined(separator: "/"))"
    return messages.withLock { messages in
      guard let left = messages[key], left > 0 else { return true }
      messages[key] = left - 1
      return false
    }
  }
}

/// Lets one new step be carried out in each pass through the script, so that every step is followed by a replay.
final class ReplayGate: Sendable {
  private let admitted = Mutex<String?>(nil)

  /// The pass ends: a new step waits for the next one.
  struct NextPass: BranchPause {}

  /// Admits the first new step of this pass.
  func admit(_ path: String) throws {
    let isFirst = admitted.withLock { admitted in
      if admitted == nil { admitted = path }
      return admitted == path
    }
    if !isFirst { throw NextPass() }
  }
}

extension FailureCode {
  /// A replay did not reach a step that is recorded.
  package static let diverged: FailureCode = "run.diverged"
  /// A step is done, but the runbook takes a different path and does not reach it.
  package static let leftBehind: FailureCode = "run.left_behind"
}
