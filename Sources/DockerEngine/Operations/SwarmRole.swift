import Values

/// Sets a node's role and whether it takes tasks.
public struct SwarmRole: Sendable {
  private let change: NodeSpecChange

  /// - Parameter manager: a manager of the node's swarm, other than the node itself when that is demoted.
  public init(manager: EngineClient) { change = NodeSpecChange(engine: manager) }

  /// Promotes or demotes. The node itself follows some moments later; see ``NodeLookup``.
  public func set(_ role: NodeRole, ofNode id: String) async throws -> ChangeOutcome<SwarmNode> {
    try await change.apply(to: id) { node in
      node.role == role ? nil : node.spec.setting("Role", to: .string(role.rawValue))
    }
  }

  /// Drains, pauses or activates. The tasks follow some moments later.
  public func set(_ availability: NodeAvailability, ofNode id: String) async throws -> ChangeOutcome<SwarmNode> {
    try await change.apply(to: id) { node in
      node.availability == availability ? nil : node.spec.setting("Availability", to: .string(availability.rawValue))
    }
  }
}
