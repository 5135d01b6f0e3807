import Values

/// Sets a node's role and whether it takes tasks.
public struct SwarmRole: Sendable {
  private let change: NodeSpecChange

  /// - Parameter manager: a manager of the node's swarm, other than the node itself when that is demoted.
  public init(manager: EngineClient) { change = NodeSpecChange(engine: manager) }

  /// Promotes or demotes. The node itself follows some moments later; see ``taken(_:by:limit:)``.
  public func set(_ role: NodeRole, ofNode id: String) async throws -> ChangeOutcome<SwarmNode> {
    try await change.apply(to: id) { node in
      if node.role == role { return nil }
      return node.spec.setting("Role", to: .string(role.rawValue))
    }
  }

  /// Waits until a host's own engine has the role, so that a new manager answers and a former one no longer does.
  public static func taken(
    _ role: NodeRole, by host: EngineClient, limit: Duration = .seconds(60)
  ) async throws -> SwarmMembership {
    var last: SwarmMembership?
    let found: SwarmMembership? = try await Polling(limit: limit).until {
      let now: SwarmMembership
      do { now = try await host.info().swarm } catch let failure as Failure where failure.isRetryable { return nil }
      last = now
      guard now.state == .active, now.isManager == (role == .manager) else { return nil }
      return now
    }
    if let found { return found }
    throw Failure(
      .nodeNotReady, "the host has not become a \(role) after \(limit)", host: host.host,
      cause: last.map { $0.error.nonEmpty ?? "its state is \($0.state)" },
      hint: "look at `docker node ls` on a manager", isRetryable: true)
  }

  /// Drains, pauses or activates. The tasks follow some moments later.
  public func set(_ availability: NodeAvailability, ofNode id: String) async throws -> ChangeOutcome<SwarmNode> {
    try await change.apply(to: id) { node in
      if node.availability == availability { return nil }
      return node.spec.setting("Availability", to: .string(availability.rawValue))
    }
  }
}
