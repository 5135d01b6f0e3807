import Concurrency
import DockerEngine
import Values

extension Fleet {
  /// The node ID that a host's own engine reports; `nil` when the host is in no swarm. Host names don't help: they
  /// repeat.
  func nodeID(of host: String) async throws -> String? {
    let swarm = try await engine(host).info().swarm
    return swarm.nodeID.isEmpty ? nil : swarm.nodeID
  }

  /// The ID of the node that a primitive is given: a host of the inventory reports its own, all else is an ID.
  func nodeID(meant text: String) async throws -> String {
    guard inventory.host(named: text) != nil else { return text }
    do {
      return try await NodeLookup.nodeID(of: try engine(text))
    } catch var failure as Failure {
      failure.hint = [failure.hint, "name a node whose host is gone by its ID"].compactMap(\.self)
        .joined(separator: "; ")
      throw failure
    }
  }

  /// The inventory's hosts by their node IDs, as far as they answer: to show names beside nodes, and not to conclude
  /// anything from a host that is missing.
  func answeringHostsByNodeID() async throws -> [String: String] {
    let nodes = try await mapConcurrently(inventory.hosts.map(\.name)) { host -> (String, String)? in
      do { return try await self.nodeID(of: host).map { ($0, host) } } catch is Failure { return nil }
    }
    return Dictionary(nodes.compactMap(\.self), uniquingKeysWith: min)
  }

  /// The inventory's hosts by their node IDs, asked of all hosts at once; fails when one does not answer.
  func hostsByNodeID() async throws -> [String: String] {
    let ids = try await nodeIDs(of: inventory.hosts.map(\.name))
    return Dictionary(ids.map { ($0.value, $0.key) }, uniquingKeysWith: { min($0, $1) })
  }

  /// The node IDs of hosts by their names, asked of all at once; a host that is in no swarm is left out.
  func nodeIDs(of hosts: [String]) async throws -> [String: String] {
    let nodes = try await mapConcurrently(Set(hosts)) { host in try await self.nodeID(of: host).map { (host, $0) } }
    return Dictionary(uniqueKeysWithValues: nodes.compactMap(\.self))
  }
}
