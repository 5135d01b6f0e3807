import Values

/// Waits until a drained node has no tasks any more.
package struct NodeDrain: Sendable {
  private let managers: Managers
  private let limit: Duration

  /// - Parameters:
  ///   - managers: the managers of the swarm.
  ///   - limit: how long to wait until the node's tasks are gone. Each has its service's stop grace period.
  package init(managers: Managers, limit: Duration = .seconds(120)) {
    self.managers = managers
    self.limit = limit
  }

  /// Drains a node, and returns when nothing runs on it any more. The tasks of a node that is down are not waited for:
  /// their state is not known.
  ///
  /// - Parameter progress: called with how many tasks are left, whenever that has changed.
  package func drain(
    _ id: String, progress: (@Sendable (Int) -> Void)? = nil
  ) async throws -> ChangeOutcome<SwarmNode> {
    let outcome = try await SwarmRole(managers: managers).set(.drain, ofNode: id)
    var last: [SwarmTask] = []
    var count: Int?
    let isEmpty: Bool? = try await Polling(longest: .milliseconds(500), limit: limit).until {
      let node = try await managers.read { try await $0.node(id) }
      if node.state == .down { return true }
      last = try await managers.read { try await $0.tasks(["node": [id]]) }
        .filter { $0.nodeID == id && ($0.desiredState <= .running || !$0.state.isTerminal) }
      if last.count != count, !last.isEmpty || count != nil { progress?(last.count) }
      count = last.count
      return last.isEmpty ? true : nil
    }
    if isEmpty != nil { return outcome }
    let services = try await managers.read { try await $0.services() }
    let names = Dictionary(services.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
    throw Failure(
      .nodeNotDrained, "the node \(outcome.detail.hostname) still has tasks after \(limit.words)", host: managers.host,
      cause: last.map { "\(names[$0.serviceID] ?? $0.serviceID) is \($0.state)" }.sorted().joined(separator: ", "),
      hint: "look at `docker node ps \(id)`", isRetryable: true)
  }
}

/// Sets and removes labels of a node.
package struct LabelChange: Sendable {
  private let change: NodeSpecChange

  /// - Parameter managers: the managers of the node's swarm.
  package init(managers: Managers) { change = NodeSpecChange(managers: managers) }

  /// The labels before and after.
  package struct Labels: Sendable, Hashable {
    /// As they were.
    package let before: [String: String]
    /// As they are.
    package let after: [String: String]
  }

  /// Makes the difference only: to set what is set, or to remove what is not there, is nothing.
  package func apply(
    set: [String: String] = [:], remove: [String] = [], toNode id: String
  ) async throws -> ChangeOutcome<Labels> {
    try await apply(toNode: id) { labels in labels.filter { !remove.contains($0.key) }.merging(set) { $1 } }
  }

  /// Makes the labels exactly these: others are removed.
  package func ensure(_ labels: [String: String], onNode id: String) async throws -> ChangeOutcome<Labels> {
    try await apply(toNode: id) { _ in labels }
  }

  private func apply(
    toNode id: String, _ merged: ([String: String]) -> [String: String]
  ) async throws -> ChangeOutcome<Labels> {
    let outcome = try await change.apply(to: id) { node in
      let after = merged(node.labels)
      if after == node.labels { return .keep }
      return .write(node.spec.setting("Labels", to: .object(after.mapValues { .string($0) })))
    }
    let before = outcome.detail.labels
    let labels = Labels(before: before, after: merged(before))
    return outcome.isChanged ? .changed(labels) : .unchanged(labels)
  }
}
