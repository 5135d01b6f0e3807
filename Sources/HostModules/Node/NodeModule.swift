import Engine
import Values

/// `node`: the members of a swarm.
struct NodeModule: Sendable {
  let world: World

  var module: HostModule {
    HostModule(
      "node", "Nodes: the members of a swarm, told by their IDs, because host names repeat.",
      [id, list, inspect, waitReady, stale, removeStale, remove])
  }

  /// What ``list`` and ``inspect`` tell of a node, in LuaCATS notation.
  static let luaType =
    "{ id: string, host?: string, hostname: string, role: string, state: string, availability: string, "
    + "address: string, labels: table<string, string>, is_leader: boolean, engine_version: string }"
}
