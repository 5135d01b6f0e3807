import DockerEngine
import Engine
import Values

extension SwarmModule {
  var info: Primitive {
    Primitive(
      "info", "The part of a host's engine in a swarm. Works on any host, in a swarm or not.",
      parameters: [.host],
      returns: ReturnType(
        "{ state: \"inactive\"|\"pending\"|\"active\"|\"error\"|\"locked\", error: string, node_id: string, "
          + "node_address: string, is_manager: boolean, is_locked: boolean, cluster_id: string, nodes: integer, "
          + "leader: string, managers: { id: string, hostname: string, address: string, is_leader: boolean, "
          + "is_reachable: boolean }[], quorum?: { managers: integer, reachable: integer, needed: integer, "
          + "tolerated: integer, kept: boolean }, hostname: string, engine_version: string, api_version: string }",
        "Its state. Only a manager knows `cluster_id`, `nodes`, `leader` (a node ID) and `quorum`; elsewhere they are "
          + "empty, 0 or nil. `quorum.tolerated` says how many more managers may fail. A manager that has lost the "
          + "others knows no more than `quorum.kept == false`."),
      effect: .reads,
      commands: { [fleet.typed(["docker", "info"], on: $0.host("host"))] },
      perform: { arguments, _ in
        let engine = try fleet.engine(arguments.host("host"))
        async let version = engine.versionInfo()
        let (info, nodes) = try await SwarmView(manager: engine).status()
        var value = SwarmValue.membership(info.swarm, nodes: nodes)
        value["hostname"] = .string(info.name)
        value["engine_version"] = .string(info.serverVersion)
        value["api_version"] = .string(try await version.apiVersion?.description ?? "")
        return .object(value)
      })
  }

  var isActive: Primitive {
    Primitive(
      "is_active", "Whether a host is in a swarm, its own or another's.",
      parameters: [.host],
      returns: ReturnType("boolean", "Whether it is."),
      effect: .reads,
      commands: { [fleet.typed(["docker", "info"], on: $0.host("host"))] },
      perform: { arguments, _ in
        .bool(try await fleet.engine(arguments.host("host")).info().swarm.state == .active)
      })
  }

  var isAlone: Primitive {
    Primitive(
      "is_alone", "Whether a host is in no swarm, or in one of which it is the only node.",
      parameters: [.host],
      returns: ReturnType("boolean", "Whether it is."),
      effect: .reads,
      commands: { [fleet.typed(["docker", "node", "ls"], on: $0.host("host"))] },
      perform: { arguments, _ in
        let engine = try fleet.engine(arguments.host("host"))
        let (info, nodes) = try await SwarmView(manager: engine).status()
        return .bool(info.swarm.state == .inactive || nodes?.count == 1)
      })
  }

  var isMember: Primitive {
    Primitive(
      "is_member",
      "Whether a host is an active node of a manager's swarm: its own node ID is in the manager's list.",
      parameters: [.host, .manager],
      returns: ReturnType("boolean", "Whether it is."),
      effect: .reads,
      commands: { [fleet.typed(["docker", "node", "ls"], on: $0.host("manager"))] },
      perform: { arguments, _ in
        let membership = try await fleet.engine(arguments.host("host")).info().swarm
        guard membership.state == .active else { return false }
        let lookup = NodeLookup(managers: try fleet.managers(arguments.hosts("manager")))
        return .bool(try await lookup.node(membership.nodeID) != nil)
      })
  }
}
