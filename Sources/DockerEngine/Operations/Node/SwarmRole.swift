import Values

/// Sets a node's role and whether it takes tasks.
package struct SwarmRole: Sendable {
  private let managers: Managers
  private let change: NodeSpecChange

  /// - Parameter managers: the managers of the node's swarm; one that is demoted may be among them.
  package init(managers: Managers) {
    self.managers = managers
    change = NodeSpecChange(managers: managers)
  }

  /// Promotes or demotes. The node itself follows some moments later; see ``taken(_:by:limit:)``.
  ///
  /// The last manager is never demoted (`swarm.last_manager`), nor one without which the others would not be a majority
  /// (`swarm.quorum`). The engine would refuse that too, but only after a part of it was done.
  package func set(_ role: NodeRole, ofNode id: String) async throws -> ChangeOutcome<SwarmNode> {
    if role == .worker { try await checkDemotion(of: id) }
    return try await change.apply(to: id) { node in
      node.role == role ? .keep : .write(node.spec.setting("Role", to: .string(role.rawValue)))
    }
  }

  private func checkDemotion(of id: String) async throws {
    let node = try await managers.read { try await $0.node(id) }
    guard node.role == .manager else { return }
    let nodes = try await managers.read { try await $0.nodes() }
    let name = node.hostname
    guard nodes.contains(where: { $0.id != id && $0.role == .manager }) else {
      throw Failure(
        .swarmLastManager, "\(name) is the last manager of the swarm, so it can't be demoted", host: managers.host,
        hint: "promote another node first")
    }
    guard let manager = node.manager else { return }
    let after = SwarmQuorum(nodes).without(reachable: manager.isReachable)
    guard after.isKept else {
      throw Failure(
        .swarmQuorum,
        "without \(name) the managers would not be a majority: \(after.reachable) of \(after.managers) would be "
          + "reachable, and \(after.needed) are needed", host: managers.host,
        cause: Self.unreachable(nodes.filter { $0.id != id }),
        hint: "bring the other managers back, or demote those that are gone for good, first")
    }
  }

  private static func unreachable(_ nodes: [SwarmNode]) -> String? {
    let names = nodes.filter { $0.manager?.isReachable == false }.map { "\($0.hostname) (\($0.id))" }
    return names.isEmpty ? nil : "not reachable: " + names.joined(separator: ", ")
  }

  /// Waits until a host's own engine has the role, so that a new manager answers and a former one no longer does.
  package static func taken(
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
      .nodeNotReady, "the host has not become a \(role) after \(limit.words)", host: host.host,
      cause: last.map { $0.error.nonEmpty ?? "its state is \($0.state)" },
      hint: "look at `docker node ls` on a manager", isRetryable: true)
  }

  /// Drains, pauses or activates. The tasks follow some moments later.
  package func set(_ availability: NodeAvailability, ofNode id: String) async throws -> ChangeOutcome<SwarmNode> {
    try await change.apply(to: id) { node in
      node.availability == availability
        ? .keep : .write(node.spec.setting("Availability", to: .string(availability.rawValue)))
    }
  }
}
