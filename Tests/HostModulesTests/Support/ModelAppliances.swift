import Engine
import HostModules
import Inventory
import Synchronization
import Values

/// Appliances that exist in memory only: as much of a swarm as the shipped procedure needs to be followed.
///
/// The modules are the real ones with their parameters, effects and commands; only what they perform is replaced.
final class ModelAppliances: Sendable {
  /// A host's engine.
  struct Engine {
    var isReachable = true
    var clockOffset = 0.0
    /// The host whose swarm it is in; `nil` for none.
    var swarm: String?
    var nodeID = ""
  }

  /// The swarm that a host manages.
  struct Swarm {
    /// Labels by node ID.
    var nodes: [String: [String: String]] = [:]
    var down: Set<String> = []
    var hasStack = false
  }

  struct State {
    var engines: [String: Engine] = [:]
    var swarms: [String: Swarm] = [:]
    var files: Set<String> = []
    var closedPorts: Set<String> = []
    var nextID = 1
    /// How many changing calls work before one fails; `nil` when none does.
    var callsLeft: Int?
    /// The changing calls, in order.
    var changes: [String] = []
  }

  let inventory: Inventory
  let state = Mutex(State())

  static let labels = ["da-accesspoint", "da-authentication", "da-distribution", "da-policy", "da-admin", "postgres"]

  /// Every host alone in its own swarm, with all labels and the stack running.
  init(_ inventory: Inventory) {
    self.inventory = inventory
    state.withLock { state in
      for host in inventory.hosts {
        state.engines[host.name] = Engine(swarm: host.name, nodeID: "old-\(host.name)")
        let labels = Dictionary(uniqueKeysWithValues: Self.labels.map { ($0, "true") })
        state.swarms[host.name] = Swarm(nodes: ["old-\(host.name)": labels], hasStack: true)
      }
      state.files = Set((inventory.stack?.files ?? []).map { "\(inventory.stack?.directory ?? "")/\($0)" })
    }
  }

  /// The changing calls since the last time this was asked.
  func takeChanges() -> [String] {
    state.withLock { state in
      defer { state.changes = [] }
      return state.changes
    }
  }

  /// The real modules, performed by the model.
  var modules: [HostModule] {
    HostModules.all(fleet: Fleet(inventory: inventory)).map { module in
      var module = module
      module.primitives = module.primitives.map { primitive in
        var primitive = primitive
        let name = "\(module.name).\(primitive.name)", effect = primitive.effect
        // Nothing of it is a command on a host.
        primitive.site = { _, _ in nil }
        primitive.perform = { arguments, context in try self.perform(name, effect, arguments, context) }
        return primitive
      }
      return module
    }
  }

  private func perform(
    _ name: String, _ effect: Effect, _ arguments: Arguments, _ context: EffectContext
  ) throws -> Value {
    try state.withLock { state in
      let host = arguments.optionalString("host") ?? arguments.optionalString("manager") ?? ""
      guard let engine = state.engines[host], engine.isReachable else {
        throw Failure("ssh.unreachable", "the host can't be reached", host: host, hint: "look at it")
      }
      guard case .changes = effect else { return try state.read(name, host, arguments, inventory) }
      if let left = state.callsLeft {
        if left > 0 { state.callsLeft = left - 1 }
        if left == 0 { throw Failure("test.broken", "it broke on the way", host: host) }
      }
      let before = state
      let result = try state.change(name, host, arguments)
      if state.isSame(as: before) { context.unchanged() } else { state.changes.append("\(name) \(host)") }
      return result
    }
  }
}

extension ModelAppliances.State {
  func isSame(as other: Self) -> Bool {
    engines.mapValues(\.swarm) == other.engines.mapValues(\.swarm)
      && swarms.mapValues(\.nodes) == other.swarms.mapValues(\.nodes)
      && swarms.mapValues(\.hasStack) == other.swarms.mapValues(\.hasStack)
  }

  func host(ofNode id: String) -> String? { engines.first { $0.value.nodeID == id }?.key }

  mutating func change(_ name: String, _ host: String, _ arguments: Arguments) throws -> Value {
    let options = arguments.record("options")
    switch name {
    case "stack.remove": try managed(host) { $0.hasStack = false }
    case "stack.deploy": try managed(host) { $0.hasStack = true }
    case "swarm.leave":
      if engines[host]?.swarm == host { swarms[host] = nil }
      engines[host]?.swarm = nil
      engines[host]?.nodeID = ""
    case "swarm.join":
      if engines[host]?.swarm == options.host("manager") { break }
      guard engines[host]?.swarm == nil else { throw Failure("swarm.other_swarm", "in another swarm", host: host) }
      let id = "new-\(nextID)"
      nextID += 1
      try managed(options.host("manager")) { $0.nodes[id] = [:] }
      engines[host]?.swarm = options.host("manager")
      engines[host]?.nodeID = id
      return .string(id)
    case "swarm.init":
      if swarms[host] != nil { break }
      guard engines[host]?.swarm == nil else { throw Failure("swarm.already_part", "in a swarm", host: host) }
      let id = "new-\(nextID)"
      nextID += 1
      swarms[host] = ModelAppliances.Swarm(nodes: [id: [:]])
      engines[host]?.swarm = host
      engines[host]?.nodeID = id
      return .string(id)
    case "node.remove":
      let id = arguments.string("id")
      if engines.values.contains(where: { $0.nodeID == id && $0.swarm == host }) {
        throw Failure("node.not_down", "node \(id) is not down", host: host)
      }
      try managed(host) { $0.nodes[id] = nil }
    case "label.ensure":
      let id = engines[host]?.nodeID ?? "", labels = arguments.map("labels").compactMapValues(\.stringValue)
      try managed(options.optionalString("on") ?? host) { $0.nodes[id] = labels }
    case "label.remove", "label.set":
      let id = engines[host]?.nodeID ?? ""
      try managed(options.optionalString("on") ?? host) { swarm in
        for name in arguments.strings("names") { swarm.nodes[id]?[name] = nil }
        for (name, value) in arguments.map("labels") { swarm.nodes[id]?[name] = value.stringValue }
      }
    case "node.remove_stale":
      let owned = Set(engines.values.map(\.nodeID))
      try managed(host) { swarm in
        for id in arguments.strings("ids") where swarm.down.contains(id) && !owned.contains(id) {
          swarm.nodes[id] = nil
          swarm.down.remove(id)
        }
      }
    default: throw Failure("test.model", "\(name) is not in the model")
    }
    return .null
  }

  private mutating func managed(_ host: String, _ change: (inout ModelAppliances.Swarm) -> Void) throws {
    guard var swarm = swarms[host] else {
      throw Failure("engine.not_swarm_manager", "this host is not a manager", host: host)
    }
    change(&swarm)
    swarms[host] = swarm
  }

  func read(_ name: String, _ host: String, _ arguments: Arguments, _ inventory: Inventory) throws -> Value {
    let engine = engines[host] ?? .init(), swarm = swarms[host]
    switch name {
    case "ssh.facts":
      let address = inventory.host(named: host)?.address ?? ""
      return ["clock_offset": .number(engine.clockOffset), "addresses": [.string(address)]]
    case "ssh.probe_tcp":
      let isClosed = closedPorts.contains("\(arguments.string("address")):\(arguments.integer("port"))")
      return isClosed ? ["state": "filtered", "detail": "no answer"] : ["state": "open", "detail": "it is open"]
    case "file.exists": return .bool(files.contains(arguments.string("path")))
    case "stack.check_placement", "stack.wait": return []
    case "stack.wait_reachable": return ["working": 1, "unknown": []]
    case "swarm.info":
      return [
        "state": engine.swarm == nil ? "inactive" : "active", "error": "", "node_id": .string(engine.nodeID),
        "is_manager": .bool(swarm != nil), "cluster_id": .string(swarm == nil ? "" : "cluster-\(host)"),
        "nodes": .integer(Int64(swarm?.nodes.count ?? 0)),
      ]
    case "label.get":
      guard let swarm else { throw Failure("engine.not_swarm_manager", "this host is not a manager", host: host) }
      return .object((swarm.nodes[engine.nodeID] ?? [:]).mapValues { .string($0) })
    case "swarm.is_member": return .bool(engine.swarm == arguments.host("manager"))
    case "swarm.join_token": return .secret(Secret("SWMTKN-1-of-\(host)"))
    case "swarm.token_matches": return ["matches": true, "token_digest": "a", "root_digest": "a"]
    case "node.wait_ready": return [:]
    case "node.list", "node.stale":
      let nodes = (swarm?.nodes ?? [:]).sorted { $0.key < $1.key }.map { id, labels in
        var members: [String: Value] = [
          "id": .string(id), "state": swarm?.down.contains(id) == true ? "down" : "ready", "hostname": "appliance",
          "labels": .object(labels.mapValues { .string($0) }),
          "role": self.host(ofNode: id) == host ? "manager" : "worker",
        ]
        members["host"] = self.host(ofNode: id).map { .string($0) }
        return Value.object(members)
      }
      return .array(name == "node.list" ? nodes : nodes.filter { $0["state"] == "down" && $0["host"] == nil })
    case "stack.described":
      return .array(
        ModelAppliances.labels.map {
          [
            "name": .string($0), "image": "", "mode": "global", "replicas": 1,
            "constraints": [.string("node.labels.\($0) == true")],
          ]
        })
    case "stack.services":
      guard swarm?.hasStack == true else { return [] }
      return .array(
        ModelAppliances.labels.map {
          let count = Value.integer(Int64(carriers($0, swarm).count))
          return [
            "name": .string("da_\($0)"), "desired": count, "running": count,
            "constraints": [.string("node.labels.\($0) == true")],
          ]
        })
    case "stack.tasks":
      guard swarm?.hasStack == true else { return [] }
      return .array(
        ModelAppliances.labels.flatMap { label in
          carriers(label, swarm).map { id in
            [
              "service": .string("da_\(label)"), "node": .string(id), "state": "running",
              "host": self.host(ofNode: id).map { .string($0) } ?? .null,
            ]
          }
        })
    default: throw Failure("test.model", "\(name) is not in the model")
    }
  }

  private func carriers(_ label: String, _ swarm: ModelAppliances.Swarm?) -> [String] {
    (swarm?.nodes ?? [:]).filter { $0.value[label] == "true" }.keys.sorted()
  }
}
