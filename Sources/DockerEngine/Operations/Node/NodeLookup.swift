import Values

/// Finds the nodes of hosts. A host is matched by the node ID that its own engine reports: names and addresses repeat.
package struct NodeLookup: Sendable {
  private let managers: Managers
  private let limit: Duration

  /// - Parameters:
  ///   - managers: the managers of the swarm.
  ///   - limit: how long to wait for a node.
  package init(managers: Managers, limit: Duration = .seconds(60)) {
    self.managers = managers
    self.limit = limit
  }

  /// The ID of the node that a host is.
  package static func nodeID(of host: EngineClient) async throws -> String {
    let membership = try await host.info().swarm
    guard let id = membership.nodeID.nonEmpty else {
      throw Failure(
        .swarmNotPart, "this host is in no swarm", host: host.host, cause: membership.error.nonEmpty,
        hint: "let it join the swarm first")
    }
    return id
  }

  /// The node that a host is, as the manager knows it; `nil` when the host is in no swarm or another one.
  package func node(of host: EngineClient) async throws -> SwarmNode? {
    guard let id = try await host.info().swarm.nodeID.nonEmpty else { return nil }
    return try await node(id)
  }

  /// The node with that ID; `nil` when there is none.
  package func node(_ id: String) async throws -> SwarmNode? {
    do {
      return try await managers.read { try await $0.node(id) }
    } catch let failure as Failure where failure.code == .engineNotFound {
      return nil
    }
  }

  /// Waits until a node is ready, and has the wanted role when one is given.
  package func ready(_ id: String, as role: NodeRole? = nil) async throws -> SwarmNode {
    let wanted = role.map { "ready as a \($0)" } ?? "ready"
    return try await wait(id, until: wanted) { $0.state == .ready && (role == nil || $0.hasBecome(role)) }
  }

  /// Waits until a node is as wanted; `what` says how that is, for the failure `node.not_ready`.
  package func wait(
    _ id: String, until what: String, _ isSo: @Sendable (SwarmNode) -> Bool
  ) async throws -> SwarmNode {
    var last: SwarmNode?
    let found: SwarmNode? = try await Polling(longest: .milliseconds(200), limit: limit).until {
      let node: SwarmNode?
      do { node = try await self.node(id) } catch let failure as Failure where failure.isRetryable { return nil }
      last = node
      guard let node, isSo(node) else { return nil }
      return node
    }
    if let found { return found }
    throw Failure(
      .nodeNotReady, "the node \(id) is not \(what) after \(limit.words)", host: managers.host,
      cause: last.map(\.condition) ?? "the manager does not know it", hint: "look at `docker node ls` on the manager",
      isRetryable: true)
  }
}

extension SwarmNode {
  /// Whether the node has taken up the role, not only been assigned it.
  package func hasBecome(_ wanted: NodeRole?) -> Bool {
    role == wanted && (wanted == .manager ? manager?.isReachable == true : manager == nil)
  }

  /// How it is, for a person.
  var condition: String {
    var words = "\(hostname) is a \(role), \(availability), \(state)" + (message.nonEmpty.map { ": \($0)" } ?? "")
    if let manager { words += "; as a manager it is \(manager.isReachable ? "reachable" : "not reachable")" }
    return words
  }
}
