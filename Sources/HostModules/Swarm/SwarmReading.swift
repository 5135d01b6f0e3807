import DockerEngine
import Engine
import SwarmPKI
import Values

extension SwarmModule {
  var info: Primitive {
    Primitive(
      "info", "How a host's engine stands to swarms. Works on any host, in a swarm or not.",
      parameters: [.host],
      returns: ReturnType(
        "{ state: \"inactive\"|\"pending\"|\"active\"|\"error\"|\"locked\", error: string, node_id: string, "
          + "node_address: string, is_manager: boolean, cluster_id: string, nodes: integer, hostname: string, "
          + "engine_version: string, api_version: string }",
        "Its state. Only a manager knows `cluster_id` and `nodes`; elsewhere they are empty and 0."),
      effect: .reads,
      commands: { [world.typed(["docker", "info"], on: $0.host("host"))] },
      perform: { arguments, _ in
        let engine = try world.engine(arguments.host("host"))
        async let version = engine.versionInfo()
        let info = try await engine.info()
        let nodes = info.swarm.isManager ? try await engine.nodes().count : 0
        return try await [
          "state": .string(info.swarm.state.rawValue), "error": .string(info.swarm.error),
          "node_id": .string(info.swarm.nodeID), "node_address": .string(info.swarm.nodeAddress),
          "is_manager": .bool(info.swarm.isManager), "cluster_id": .string(info.swarm.clusterID ?? ""),
          "nodes": .integer(Int64(nodes)), "hostname": .string(info.name),
          "engine_version": .string(info.serverVersion),
          "api_version": .string(version.apiVersion?.description ?? ""),
        ]
      })
  }

  var isActive: Primitive {
    Primitive(
      "is_active", "Whether a host is in a swarm, its own or another's.",
      parameters: [.host],
      returns: ReturnType("boolean", "Whether it is."),
      effect: .reads,
      commands: { [world.typed(["docker", "info"], on: $0.host("host"))] },
      perform: { arguments, _ in
        .bool(try await world.engine(arguments.host("host")).info().swarm.state == .active)
      })
  }

  var isAlone: Primitive {
    Primitive(
      "is_alone", "Whether a host is in no swarm, or in one of which it is the only node.",
      parameters: [.host],
      returns: ReturnType("boolean", "Whether it is."),
      effect: .reads,
      commands: { [world.typed(["docker", "node", "ls"], on: $0.host("host"))] },
      perform: { arguments, _ in
        let engine = try world.engine(arguments.host("host"))
        let swarm = try await engine.info().swarm
        if swarm.state == .inactive { return true }
        return .bool(swarm.isManager ? try await engine.nodes().count == 1 : false)
      })
  }

  var isMember: Primitive {
    Primitive(
      "is_member",
      "Whether a host is an active node of a manager's swarm: its own node ID is in the manager's list.",
      parameters: [.host, .manager],
      returns: ReturnType("boolean", "Whether it is."),
      effect: .reads,
      commands: { [world.typed(["docker", "node", "ls"], on: $0.host("manager"))] },
      perform: { arguments, _ in
        let membership = try await world.engine(arguments.host("host")).info().swarm
        guard membership.state == .active else { return false }
        let nodes = try await world.engine(arguments.host("manager")).nodes()
        return .bool(nodes.contains { $0.id == membership.nodeID })
      })
  }

  var joinToken: Primitive {
    Primitive(
      "join_token", "The token with which hosts join a manager's swarm.",
      parameters: [.manager, Parameter("role", .oneOf(["worker", "manager"]), "What a host becomes with it.")],
      returns: ReturnType("Secret", "The token."),
      effect: .reads,
      commands: { [world.typed(["docker", "swarm", "join-token", $0.string("role")], on: $0.host("manager"))] },
      perform: { arguments, _ in
        let swarm = try await world.engine(arguments.host("manager")).swarm()
        return .secret(swarm.token(for: NodeRole(rawValue: arguments.string("role"))))
      })
  }

  var tokenMatches: Primitive {
    Primitive(
      "token_matches", "Whether the digest in a manager's worker join token is that of the root certificate it shows.",
      parameters: [.manager],
      returns: ReturnType(
        "{ matches: boolean, token_digest: string, root_digest: string, is_rotating: boolean }",
        "Whether it is, both as hexadecimal digits, and whether the root certificate is being changed."),
      effect: .reads,
      commands: { [world.typed(["docker", "swarm", "join-token", "worker"], on: $0.host("manager"))] },
      perform: { arguments, _ in
        let swarm = try await world.engine(arguments.host("manager")).swarm()
        let token = try JoinToken.parse(swarm.workerToken)
        return [
          "matches": .bool(token.matches(bundle: swarm.trustRoot)),
          "token_digest": .string(token.rootDigest.hexadecimal),
          "root_digest": .string(RootCADigest(ofBundle: swarm.trustRoot).hexadecimal),
          "is_rotating": .bool(swarm.isRotatingRoot),
        ]
      })
  }
}
