import DockerEngine
import SwarmPKI
import Values

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
