import Values

// What an engine keeps of its swarm on its disk, and what it makes of that when it starts.
extension SwarmWorld {
  /// What a manager knows of its swarm, with every secret of it; `nil` for other engines.
  package func savedState(of host: String) -> Value? {
    guard let membership = engines[host]?.membership, membership.isManager, let swarm = swarms[membership.cluster],
      let authority = swarm.authority
    else { return nil }
    func parts(_ parts: [String: ModelPart]) -> Value {
      .array(
        parts.values.sorted { $0.id < $1.id }.map {
          ["id": .string($0.id), "name": .string($0.name), "labels": .texts($0.labels)]
        })
    }
    return [
      "cluster": .string(swarm.id), "node": .string(membership.nodeID), "address": .string(membership.address),
      "spec": swarm.spec, "worker_secret": Self.numbers(swarm.workerSecret),
      "manager_secret": Self.numbers(swarm.managerSecret), "unlock_key": .string(swarm.unlockKey),
      "authority": ["certificate": .string(authority.certificate), "key": .string(authority.key)],
      "nodes": .array(
        swarm.nodes.values.sorted { $0.id < $1.id }.map { node in
          [
            "id": .string(node.id), "host": .string(node.host), "hostname": .string(node.hostname),
            "address": .string(node.address), "spec": node.spec, "member": .bool(node.isMember),
          ]
        }),
      "networks": .array(
        swarm.networks.values.filter { !$0.isGoing }.sorted { $0.number < $1.number }.map {
          [
            "id": .string($0.id), "name": .string($0.name), "labels": .texts($0.labels), "ingress": .bool($0.isIngress),
          ]
        }),
      "secrets": parts(swarm.secrets), "configs": parts(swarm.configs),
      "services": .array(
        swarm.services.values.sorted { $0.name < $1.name }.map { ["id": .string($0.id), "spec": $0.spec] }),
    ]
  }

  /// An engine that is stopped has lost what it kept of its swarm.
  package func dropState(of host: String) {
    guard let membership = engines[host]?.membership else { return }
    engines[host]?.membership = nil
    engines[host]?.isLocked = false
    loseSight(of: membership.nodeID, in: membership.cluster)
    forgetSwarm(membership.cluster)
  }

  /// An engine that is stopped has got a saved state: it is that node again when it starts, and the swarm is as it was
  /// saved. Its workers come back if the manager is where they know it; other managers do not.
  package func restore(_ state: Value, on host: String) {
    dropState(of: host)
    guard let engine = engines[host] else { return }
    let cluster = state.text("cluster"), own = state.text("node")
    let swarm = ModelSwarm(
      id: cluster, at: now, spec: state.child("spec"), workerSecret: Self.bytes(state.child("worker_secret")),
      managerSecret: Self.bytes(state.child("manager_secret")))
    swarm.takeUpLifetime()
    swarm.unlockKey = state.text("unlock_key")
    let authority = state.child("authority")
    swarm.install(ModelAuthority(certificate: authority.text("certificate"), key: authority.text("key")))
    swarms[cluster] = swarm
    engines[host]?.membership = .init(cluster: cluster, nodeID: own, isManager: true, address: engine.address)
    for saved in state.list("nodes") {
      let id = saved.text("id"), isOwn = id == own
      let other = engines.values.first { $0.membership?.cluster == cluster && $0.membership?.nodeID == id }?.host
      var node = ModelNode(
        id: id, host: isOwn ? host : other ?? saved.text("host"), version: swarm.write(), createdAt: now,
        updatedAt: now, spec: saved.child("spec"), hostname: isOwn ? engine.hostname : saved.text("hostname"),
        address: isOwn ? engine.address : saved.text("address"), make: engine.make,
        certificate: (now, swarm.signedLifetime), isMember: saved.flag("member"))
      let finds = state.text("address") == engine.address && other.map { engines[$0]?.isUp == true } == true
      if !isOwn, !finds {
        node.state = "down"
        node.message = "heartbeat failure"
      }
      swarm.nodes[id] = node
      if node.isMember { swarm.members.insert(id) }
    }
    for network in state.list("networks") {
      _ = addNetwork(
        network.text("name"), labels: network.map("labels"), isIngress: network.flag("ingress"), to: cluster,
        id: network.text("id"))
    }
    for kind in ["secrets", "configs"] {
      for part in state.list(kind) {
        _ = addPart(kind, to: swarm, name: part.text("name"), labels: part.map("labels"), id: part.text("id"))
      }
    }
    for saved in state.list("services") {
      let service = ModelService(
        id: saved.text("id"), version: swarm.write(), at: now, spec: saved.child("spec"))
      swarm.services[service.id] = service
      swarm.serviceNames[service.name] = service.id
      reconsider(service: service.id, in: cluster)
    }
  }

  private static func numbers(_ bytes: [UInt8]) -> Value { .array(bytes.map { .integer(Int64($0)) }) }
  private static func bytes(_ numbers: Value) -> [UInt8] {
    (numbers.arrayValue ?? []).compactMap { $0.integerValue.map { UInt8(truncatingIfNeeded: $0) } }
  }
}
