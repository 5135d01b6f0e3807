import Values

/// Finds the nodes of hosts. A host is matched by the node ID that its own engine tells: names and addresses repeat.
public struct NodeLookup: Sendable {
  private let manager: EngineClient
  private let limit: Duration

  /// - Parameters:
  ///   - manager: a manager of the swarm.
  ///   - limit: how long to wait for a node.
  public init(manager: EngineClient, limit: Duration = .seconds(60)) {
    self.manager = manager
    self.limit = limit
  }

  /// The ID of the node that a host is.
  public static func nodeID(of host: EngineClient) async throws -> String {
    let membership = try await host.info().swarm
    guard let id = membership.nodeID.nonEmpty else {
      throw Failure(
        .swarmNotPart, "this host is in no swarm", host: host.host, cause: membership.error.nonEmpty,
        hint: "it must join the swarm first")
    }
    return id
  }

  /// The node that a host is, as the manager knows it; `nil` when the host is in no swarm or another one.
  public func node(of host: EngineClient) async throws -> SwarmNode? {
    guard let id = try await host.info().swarm.nodeID.nonEmpty else { return nil }
    return try await node(id)
  }

  /// The node with that ID; `nil` when there is none.
  public func node(_ id: String) async throws -> SwarmNode? {
    do {
      return try await manager.node(id)
    } catch let failure as Failure where failure.code == .engineNotFound {
      return nil
    }
  }

  /// Waits until a node is ready, and has the wanted role when one is given.
  public func ready(_ id: String, as role: NodeRole? = nil) async throws -> SwarmNode {
    var last: SwarmNode?
    let found: SwarmNode? = try await Polling(longest: .milliseconds(200), limit: limit).until {
      let node: SwarmNode?
      do { node = try await self.node(id) } catch let failure as Failure where failure.isRetryable { return nil }
      last = node
      guard let node, node.state == .ready, role == nil || node.hasBecome(role) else { return nil }
      return node
    }
    if let found { return found }
    let state = last.map { "its state is \($0.state)" + ($0.message.nonEmpty.map { ": \($0)" } ?? "") }
    throw Failure(
      .nodeNotReady, "the node \(id) is not ready after \(limit)", host: manager.host,
      cause: state ?? "the manager does not know it", hint: "look at `docker node ls` on the manager", isRetryable: true
    )
  }
}

extension SwarmNode {
  /// Whether the node has taken the role up, not only been told to.
  fileprivate func hasBecome(_ wanted: NodeRole?) -> Bool {
    role == wanted && (wanted == .manager) == (manager?.isReachable ?? false)
  }
}
