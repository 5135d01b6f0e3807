import Values

// How a world begins: swarms that exist already.
extension SwarmWorld {
  /// Makes a swarm of engines that are in none, with all its tasks running where they can.
  public func begin(_ beginning: SwarmBeginning) {
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
