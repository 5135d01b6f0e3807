import DockerEngine
import Values

extension World {
  /// What a run that changes these hosts must hold: each host by its address, and the managers' swarm by its cluster ID
  /// as far as it can be told now.
  public func leaseKeys() async throws -> [String] {
    var keys = inventory.hosts.map { "host:\($0.swarmAddress)" }
    let managers = Managers(try inventory.managers.map { try engine($0.name) }, patience: .zero)
    if let cluster = try? await managers.read({ try await $0.swarm() }).id { keys.append("swarm:\(cluster)") }
    return keys
  }
}
