import Engine
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
