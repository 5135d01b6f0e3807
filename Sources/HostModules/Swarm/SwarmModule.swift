import DockerEngine
import Engine
import SwarmPKI
import Values

/// `swarm`: membership of hosts, join tokens, the state of a swarm.
struct SwarmModule: Sendable {
  let fleet: Fleet

  var module: HostModule {
    HostModule(
      "swarm", "Swarms: which host is in which, how to join and leave, settings, join tokens, keys.",
      [
        info, isActive, isMember, isAlone, settings, update, initialize, join, leave, joinToken, tokenMatches,
        rotateJoinToken, unlockKey, rotateUnlockKey, unlock, authority, rotateAuthority, forceNewCluster, readArchive,
      ])
  }
}

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
        let (info, nodes) = try await SwarmView(of: engine).status()
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
        let (info, nodes) = try await SwarmView(of: engine).status()
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

/// Swarms as runbooks see them.
enum SwarmValue {
  /// A host's part in a swarm; `nodes` are its swarm's, where it is a manager that can list them.
  static func membership(_ swarm: SwarmMembership, nodes: [SwarmNode]?) -> [String: Value] {
    let managers = (nodes ?? []).filter { $0.manager != nil }
    let known: [Value] =
      nodes == nil
      ? swarm.managers.map {
        [
          "id": .string($0.nodeID), "hostname": "", "address": .string($0.address), "is_leader": false,
          "is_reachable": false,
        ]
      }
      : managers.map {
        [
          "id": .string($0.id), "hostname": .string($0.hostname), "address": .string($0.manager?.address ?? ""),
          "is_leader": .bool($0.manager?.isLeader ?? false), "is_reachable": .bool($0.manager?.isReachable ?? false),
        ]
      }
    var members: [String: Value] = [
      "state": .string(swarm.state.rawValue), "error": .string(swarm.error), "node_id": .string(swarm.nodeID),
      "node_address": .string(swarm.nodeAddress), "is_manager": .bool(swarm.isManager),
      "is_locked": .bool(swarm.state == .locked), "cluster_id": .string(swarm.clusterID ?? ""),
      "nodes": .integer(Int64(nodes?.count ?? 0)), "managers": .array(known),
      "leader": .string(managers.first { $0.manager?.isLeader == true }?.id ?? ""),
    ]
    if swarm.isManager {
      members["quorum"] = quorum(
        nodes.map(SwarmQuorum.init) ?? SwarmQuorum(managers: swarm.managers.count, reachable: 0))
    }
    return members
  }

  private static func quorum(_ quorum: SwarmQuorum) -> Value {
    [
      "managers": .integer(Int64(quorum.managers)), "reachable": .integer(Int64(quorum.reachable)),
      "needed": .integer(Int64(quorum.needed)), "tolerated": .integer(Int64(quorum.tolerated)),
      "kept": .bool(quorum.isKept),
    ]
  }

  /// What ``settings(_:)`` returns, in LuaCATS notation.
  static let settingsType =
    "{ cluster_id: string, autolock: boolean, certificate_expiry: number, task_history: integer, "
    + "dispatcher_heartbeat: number, external_cas: { url: string, certificate?: string }[], address_pools: string[], "
    + "subnet_size: integer, data_path_port: integer, root_digest: string, is_rotating: boolean, "
    + "changed_at?: number }"

  /// A swarm's settings; spans in seconds.
  static func settings(_ swarm: SwarmInfo) -> Value {
    var members: [String: Value] = [
      "cluster_id": .string(swarm.id), "autolock": .bool(swarm.isAutolocked),
      "certificate_expiry": .number(Double(swarm.certificateExpiry) / 1e9), "task_history": .integer(swarm.taskHistory),
      "dispatcher_heartbeat": .number(Double(swarm.dispatcherHeartbeat) / 1e9),
      "external_cas": .array(
        swarm.externalCAs.map { server in
          var members: [String: Value] = ["url": .string(server.url)]
          members["certificate"] = server.certificate.map { .string($0) }
          return .object(members)
        }),
      "address_pools": .strings(swarm.addressPools), "subnet_size": .integer(swarm.subnetSize),
      "data_path_port": .integer(swarm.dataPathPort),
      "root_digest": .string(RootCADigest(ofBundle: swarm.trustRoot).hexadecimal),
      "is_rotating": .bool(swarm.isRotatingRoot),
    ]
    members["changed_at"] = swarm.updatedAt.map { .number($0.timeIntervalSince1970) }
    return .object(members)
  }
}
