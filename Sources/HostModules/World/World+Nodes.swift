import DockerEngine
import Values

extension World {
  /// The node ID that a host's own engine tells; `nil` when the host is in no swarm. Host names are no help: they repeat.
  func nodeID(of host: String) async throws -> String? {
    let swarm = try await engine(host).info().swarm
    return swarm.nodeID.isEmpty ? nil : swarm.nodeID
  }

  /// The inventory's hosts by their node IDs, asked of all hosts at once.
  func hostsByNodeID() async throws -> [String: String] {
    let ids = try await nodeIDs(of: inventory.hosts.map(\.name))
    return Dictionary(ids.map { ($0.value, $0.key) }, uniquingKeysWith: { min($0, $1) })
  }

  /// The node IDs of hosts by their names, asked of all at once; a host that is in no swarm is left out.
  func nodeIDs(of hosts: [String]) async throws -> [String: String] {
    try await withThrowingTaskGroup(of: (String, String?).self) { group in
      for host in Set(hosts) { group.addTask { (host, try await self.nodeID(of: host)) } }
      var found: [String: String] = [:]
      for try await (host, id) in group { found[host] = id }
      return found
    }
  }
}
