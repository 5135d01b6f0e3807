import Values

/// A swarm that exists when a world begins. What has no ID is given one, and its secrets are always new.
package struct SwarmBeginning: Sendable {
  /// A node.
  package struct Node: Sendable {
    /// The engine that is this node.
    package var host: String
    /// Its node ID.
    package var id: String?
    /// The address that it advertises.
    package var address: String
    /// Whether it manages the swarm.
    package var isManager: Bool
    /// Whether it leads.
    package var isLeader = false
    /// `active`, `pause` or `drain`.
    package var availability = "active"
    /// Its labels.
    package var labels: [String: String] = [:]
    /// Whether the managers have given it up; its engine is off then.
    package var isDown = false
    /// Whether its engine waits for the unlock key.
    package var isLocked = false

    package init(host: String, address: String, isManager: Bool) {
      self.host = host
      self.address = address
      self.isManager = isManager
    }
  }

  /// A network, a secret or a configuration.
  package struct Part: Sendable {
    /// Its name.
    package var name: String
    /// Its ID.
    package var id: String?
    /// Its labels.
    package var labels: [String: String]

    package init(name: String, id: String? = nil, labels: [String: String] = [:]) {
      self.name = name
      self.id = id
      self.labels = labels
    }
  }

  /// A service.
  package struct Service: Sendable {
    /// Its ID.
    package var id: String?
    /// As the API has it; networks may be named.
    package var spec: Value
    /// The IDs of the nodes that its tasks are on; where more are wanted, the scheduler chooses.
    package var nodes: [String]

    package init(id: String? = nil, spec: Value, nodes: [String] = []) {
      self.id = id
      self.spec = spec
      self.nodes = nodes
    }
  }

  /// The swarm's ID.
  package var id: String?
  /// Parts of its spec that are not as usual.
  package var spec: Value = .object([:])
  /// The nodes; one of them manages.
  package var nodes: [Node] = []
  /// The overlay networks beside the routing mesh's.
  package var networks: [Part] = []
  /// The ID of the routing mesh's network.
  package var ingressID: String?
  /// The secrets, without what they contain.
  package var secrets: [Part] = []
  /// The configurations, without what they contain.
  package var configs: [Part] = []
  /// The services.
  package var services: [Service] = []

  /// A swarm without nodes yet.
  package init() {}
}

// How a world begins: swarms that exist already.
extension SwarmWorld {
  /// Makes a swarm of engines that are in none, with all its tasks running where they can.
  package func begin(_ beginning: SwarmBeginning) {
    guard let first = beginning.nodes.first else { return }
    let cluster = beginning.id ?? ids.next(first.host)
    let swarm = ModelSwarm(
      id: cluster, at: now, spec: ModelSwarm.spec(beginning.spec), workerSecret: ids.bytes(first.host),
      managerSecret: ids.bytes(first.host))
    swarm.takeUpLifetime()
    swarms[cluster] = swarm
    if swarm.isAutolocked { swarm.unlockKey = newUnlockKey(cluster) }
    for node in beginning.nodes {
      let id = addNode(node.host, to: cluster, isManager: node.isManager, address: node.address, id: node.id)
      let spec = swarm.nodes[id]?.spec.setting("Labels", to: .texts(node.labels))
      swarm.nodes[id]?.spec = (spec ?? .null).setting("Availability", to: .string(node.availability))
      if node.isLeader { swarm.leader = id }
      if node.isLocked { engines[node.host]?.isLocked = true }
      guard node.isDown else { continue }
      engines[node.host]?.isRunning = false
      loseSight(of: id, in: cluster)
      markDown(id, in: cluster, since: now)
    }
    chooseLeader(cluster)
    _ = addNetwork("ingress", labels: [:], isIngress: true, to: cluster, id: beginning.ingressID)
    for network in beginning.networks {
      _ = addNetwork(network.name, labels: network.labels, isIngress: false, to: cluster, id: network.id)
    }
    for (kind, parts) in [("secrets", beginning.secrets), ("configs", beginning.configs)] {
      for part in parts { _ = addPart(kind, to: swarm, name: part.name, labels: part.labels, id: part.id) }
    }
    for service in beginning.services { begin(service, in: swarm) }
    for task in swarm.tasks.keys.sorted() { start(task, in: cluster) }
  }

  private func begin(_ beginning: SwarmBeginning.Service, in swarm: ModelSwarm) {
    // A network that was not described is left out, so that the service can exist at all.
    let spec = (try? resolved(beginning.spec, swarm)) ?? beginning.spec
    let name = spec.text("Name")
    let service = ModelService(
      id: beginning.id ?? ids.next("\(swarm.id)/\(name)"), version: swarm.write(), at: now, spec: spec)
    swarm.services[service.id] = service
    swarm.serviceNames[service.name] = service.id
    if case .replicated(let count) = service.mode {
      for (index, id) in beginning.nodes.prefix(count).enumerated() {
        guard let node = swarm.nodes[id], node.state == "ready" else { continue }
        create(service, key: "\(index + 1)", slot: index + 1, on: node, in: swarm.id)
      }
    }
    reconsider(service: service.id, in: swarm.id)
  }
}
