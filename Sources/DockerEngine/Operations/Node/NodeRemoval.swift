import Values

/// Removes the nodes that hosts left behind.
package struct NodeRemoval: Sendable {
  private let managers: Managers
  private let limit: Duration

  /// - Parameters:
  ///   - managers: the managers of the swarm.
  ///   - limit: how long to wait until the node is down; three missed heartbeats take at least 15 seconds.
  package init(managers: Managers, limit: Duration = .seconds(60)) {
    self.managers = managers
    self.limit = limit
  }

  /// Removes the node with that ID once it is down. A node that is not there is nothing.
  ///
  /// - Parameter force: without waiting until it is down.
  package func remove(_ id: String, force: Bool = false) async throws -> ChangeOutcome<String> {
    var isInDoubt = false
    do {
      guard let first = try await NodeLookup(managers: managers).node(id) else { return .unchanged(id) }
      // What the engine would refuse is reported before a minute of waiting.
      if first.role == .manager || first.manager != nil {
        throw Failure(
          .nodeIsManager, "the node \(id) is a manager, and only a worker can be removed", host: managers.host,
          hint: "demote it first: docker node demote \(id)")
      }
      if !force { try await waitUntilDown(id) }
      do {
        try await managers.change { try await $0.removeNode(id, force: force) }
      } catch let failure as Failure where failure.leavesDoubt {
        // The ID is never given again, so a second removal can only meet the same node or none.
        isInDoubt = true
        try await managers.change { try await $0.removeNode(id, force: force) }
      }
      return .changed(id)
    } catch let failure as Failure where failure.code == .engineNotFound {
      return isInDoubt ? .changed(id) : .unchanged(id)
    }
  }

  private func waitUntilDown(_ id: String) async throws {
    var last: SwarmNode?
    let isDown: Bool? = try await Polling(longest: .milliseconds(500), limit: limit).until {
      let node = try await managers.read { try await $0.node(id) }
      last = node
      return node.state == .down || node.state == .disconnected ? true : nil
    }
    if isDown != nil { return }
    throw Failure(
      .nodeNotDown, "the node \(id) is not down after \(limit.words), so it can't be removed", host: managers.host,
      cause: last.map { "\($0.hostname) at \($0.address) is \($0.state)" },
      hint: "let the host leave the swarm first, or remove a host that is gone for good with force",
      isRetryable: true)
  }
}
