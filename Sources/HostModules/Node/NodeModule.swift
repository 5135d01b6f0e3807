import Concurrency
import DockerEngine
import Engine
import Inventory
import Values

/// `node`: the members of a swarm.
struct NodeModule: Sendable {
  let fleet: Fleet

  var module: HostModule {
    HostModule(
      "node", "Nodes: the members of a swarm, identified by their IDs, because host names repeat.",
      [
        id, list, inspect, byHost, wait, waitReady, promote, demote, drain, pause, activate, stale, removeStale, remove,
      ])
  }

  /// What ``list`` and ``inspect`` return for a node, in LuaCATS notation.
  static let luaType =
    "{ id: string, host?: string, hostname: string, role: string, state: string, availability: string, "
    + "message: string, address: string, labels: table<string, string>, is_manager: boolean, is_leader: boolean, "
    + "is_reachable: boolean, manager_address: string, engine_version: string }"

  /// The node that a primitive is about.
  static let node = Parameter("node", .string, "The node: a host of the inventory, or a node ID.")
}

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

extension NodeModule {
  var id: Primitive {
    Primitive(
      "id", "A host's own node ID, asked of the host itself.",
      parameters: [.host],
      returns: ReturnType("string", "The ID; empty when the host is in no swarm."),
      effect: .reads,
      commands: { [fleet.typed(["docker", "info", "--format", "{{.Swarm.NodeID}}"], on: $0.host("host"))] },
      perform: { arguments, _ in .string(try await fleet.nodeID(of: arguments.host("host")) ?? "") })
  }

  var list: Primitive {
    Primitive(
      "list", "The nodes of a manager's swarm. `host` is the inventory's name of a node that is one of its hosts.",
      parameters: [.manager],
      returns: ReturnType(Self.luaType + "[]", "The nodes, in the order of the inventory; nodes of other hosts last."),
      effect: .reads,
      commands: { [fleet.typed(["docker", "node", "ls"], on: $0.host("manager"))] },
      perform: { arguments, _ in
        async let hosts = fleet.answeringHostsByNodeID()
        let nodes = try await fleet.managers(arguments.hosts("manager")).read { try await $0.nodes() }
        return .array(try await NodeValue.sorted(nodes, hosts: hosts, inventory: fleet.inventory))
      })
  }

  var inspect: Primitive {
    Primitive(
      "inspect", "One node of a manager's swarm.",
      parameters: [.manager, Self.node],
      returns: ReturnType(Self.luaType, "The node."),
      effect: .reads,
      commands: { [fleet.typed(["docker", "node", "inspect", $0.string("node")], on: $0.host("manager"))] },
      perform: { arguments, _ in
        let text = arguments.string("node")
        let id = try await fleet.nodeID(meant: text)
        let managers = try fleet.managers(arguments.hosts("manager"))
        // A host that was named has reported its ID itself; for an ID all hosts are asked whose it is.
        if let host = fleet.inventory.host(named: text)?.name {
          return NodeValue.value(try await managers.read { try await $0.node(id) }, host: host)
        }
        async let hosts = fleet.answeringHostsByNodeID()
        let node = try await managers.read { try await $0.node(id) }
        return NodeValue.value(node, host: try await hosts[node.id])
      })
  }

  var byHost: Primitive {
    Primitive(
      "by_host", "A host's node in a manager's swarm, found by the ID that the host itself reports.",
      parameters: [.manager, .host],
      returns: ReturnType(Self.luaType + "?", "The node; nil when the host is not a node of that swarm."),
      effect: .reads,
      commands: { [fleet.typed(["docker", "node", "ls"], on: $0.host("manager"))] },
      perform: { arguments, _ in
        let host = arguments.host("host")
        let lookup = NodeLookup(managers: try fleet.managers(arguments.hosts("manager")))
        return try await lookup.node(of: try fleet.engine(host)).map { NodeValue.value($0, host: host) } ?? .null
      })
  }

  var stale: Primitive {
    Primitive(
      "stale", "The nodes of a manager's swarm that are down and that no host of the inventory reports as its own.",
      parameters: [.manager],
      returns: ReturnType(Self.luaType + "[]", "The nodes."),
      effect: .reads,
      commands: { [fleet.typed(["docker", "node", "ls"], on: $0.host("manager"))] },
      perform: { arguments, _ in
        async let hosts = fleet.hostsByNodeID()
        let nodes = try await fleet.managers(arguments.hosts("manager")).read { try await $0.nodes() }
        let known = try await hosts
        let left = nodes.filter { $0.state == .down && known[$0.id] == nil }
        return .array(NodeValue.sorted(left, hosts: known, inventory: fleet.inventory))
      })
  }

  var waitReady: Primitive {
    Primitive(
      "wait_ready",
      "Waits until each of the hosts is a node of the manager's swarm, ready, in the role that the inventory gives it.",
      parameters: [.manager, Parameter("hosts", .list(.host), "The hosts."), .options(.timeout(60))],
      returns: ReturnType("table<string, string>", "The node IDs by host name."),
      effect: .reads,
      commands: { [fleet.typed(["docker", "node", "ls"], on: $0.host("manager"))] },
      perform: { arguments, _ in
        let managers = try fleet.managers(arguments.hosts("manager"))
        let lookup = NodeLookup(managers: managers, limit: arguments.options.duration("timeout") ?? .seconds(60))
        let nodes = try await mapConcurrently(Set(arguments.strings("hosts"))) { name in
          let role = NodeRole(rawValue: try fleet.host(name).role.rawValue)
          let node = try await lookup.ready(try await NodeLookup.nodeID(of: fleet.engine(name)), as: role)
          return (name, Value.string(node.id))
        }
        return .object(Dictionary(uniqueKeysWithValues: nodes))
      })
  }
}
