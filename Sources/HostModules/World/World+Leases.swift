import Values

extension World {
  /// What a run that changes these hosts must hold: each host by its address, and the manager's swarm by its cluster ID
  /// as far as it can be told now.
  public func leaseKeys() async throws -> [String] {
    var keys = inventory.hosts.map { "host:\($0.swarmAddress)" }
    if let cluster = try? await engine(inventory.manager.name).swarm().id { keys.append("swarm:\(cluster)") }
    return keys
  }
}
