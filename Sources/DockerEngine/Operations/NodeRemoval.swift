import Values

/// Removes the nodes that hosts left behind.
public struct NodeRemoval: Sendable {
  private let manager: EngineClient
  private let limit: Duration

  /// - Parameters:
  ///   - manager: a manager of the swarm.
  ///   - limit: how long to wait until the node is down; three missed heartbeats take at least 15 seconds.
  public init(manager: EngineClient, limit: Duration = .seconds(60)) {
    self.manager = manager
    self.limit = limit
  }

  /// Removes the node with that ID once it is down. A node that is not there is nothing.
  ///
  /// - Parameter force: without waiting until it is down.
  public func remove(_ id: String, force: Bool = false) async throws -> ChangeOutcome<String> {
    do {
      guard let first = try await NodeLookup(manager: manager).node(id) else { return .unchanged(id) }
      // What the engine would refuse is told before a minute of waiting.
      if first.role == .manager || first.manager != nil {
        throw Failure(
          .nodeIsManager, "the node \(id) is a manager, and only a worker can be removed", host: manager.host,
          hint: "demote it first: docker node demote \(id)")
      }
      if !force { try await waitUntilDown(id) }
      try await manager.removeNode(id, force: force)
      return .changed(id)
    } catch let failure as Failure where failure.code == .engineNotFound {
      return .unchanged(id)
    }
  }

  private func waitUntilDown(_ id: String) async throws {
    var last: SwarmNode?
    let isDown: Bool? = try await Polling(longest: .milliseconds(500), limit: limit).until {
      let node = try await manager.node(id)
      last = node
      return node.state == .down || node.state == .disconnected ? true : nil
    }
    if isDown != nil { return }
    throw Failure(
      .nodeNotDown, "the node \(id) is not down after \(limit), so it can't be removed", host: manager.host,
      cause: last.map { "\($0.hostname) at \($0.address) is \($0.state)" },
      hint: "the host must leave the swarm first; a host that is gone for good can be removed with force",
      isRetryable: true)
  }
}
