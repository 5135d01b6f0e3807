import DockerEngine
import Inventory
import Values

/// Nodes as runbooks see them.
enum NodeValue {
  /// One node; `host` is its inventory name.
  static func value(_ node: SwarmNode, host: String?) -> Value {
    var members: [String: Value] = [
      "id": .string(node.id), "hostname": .string(node.hostname), "role": .string(node.role.rawValue),
      "state": .string(node.state.rawValue), "availability": .string(node.availability.rawValue),
      "address": .string(node.address), "labels": .object(node.labels.mapValues { .string($0) }),
      "message": .string(node.message), "is_manager": .bool(node.manager != nil),
      "is_leader": .bool(node.manager?.isLeader ?? false), "is_reachable": .bool(node.manager?.isReachable ?? false),
      "manager_address": .string(node.manager?.address ?? ""), "engine_version": .string(node.engineVersion),
    ]
    members["host"] = host.map { .string($0) }
    return .object(members)
  }

  /// Nodes in the order of the inventory; those that are not hosts of it come last, by ID.
  static func sorted(_ nodes: [SwarmNode], hosts: [String: String], inventory: Inventory) -> [Value] {
    let order = Dictionary(
      inventory.hosts.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { first, _ in first })
    func rank(_ node: SwarmNode) -> Int { hosts[node.id].flatMap { order[$0] } ?? Int.max }
    return nodes.sorted { (rank($0), $0.id) < (rank($1), $1.id) }.map { value($0, host: hosts[$0.id]) }
  }
}
