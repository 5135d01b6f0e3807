import Values

extension SwarmWorld {
  /// `GET /nodes`.
  package func nodes(_ host: String, _ filters: ModelFilters) throws -> Value {
    guard let swarm = swarms[try managed(host)] else { return [] }
    let found = swarm.nodes.values.filter { node in
      filters.admit("id", prefixes: [node.id]) && filters.admit("name", prefixes: [node.hostname])
        && filters.admit("role", node.role) && filters.admitLabels(node.labels, as: "node.label")
        && filters.admitLabels([:], as: "label")
    }
    return .array(found.sorted { $0.id < $1.id }.map { json($0, swarm) })
  }

  /// `GET /nodes/ID`.
  package func node(_ host: String, _ id: String) throws -> Value {
    let cluster = try managed(host)
    guard let swarm = swarms[cluster] else { return .null }
    return json(try find(id, host, swarm), swarm)
  }

  /// `POST /nodes/ID/update`.
  package func updateNode(_ host: String, _ id: String, version: Int64, spec: Value) throws {
    let cluster = try managed(host)
    guard let swarm = swarms[cluster] else { throw EngineRefusal.noSwarm }
    var node = try find(id, host, swarm)
    guard ["manager", "worker"].contains(spec.text("Role")) else {
      throw EngineRefusal(400, "invalid Role: \"\(spec.text("Role"))\"")
    }
    guard ["active", "pause", "drain"].contains(spec.text("Availability")) else {
      throw EngineRefusal(400, "invalid Availability: \"\(spec.text("Availability"))\"")
    }
    guard node.version == version else { throw EngineRefusal.outOfSequence }
    if node.role == "manager", spec.text("Role") == "worker" {
      let others = swarm.members.subtracting([node.id])
      guard !others.isEmpty else {
        throw EngineRefusal.failedPrecondition("attempting to demote the last manager of the swarm")
      }
      let reachable = others.count { swarm.nodes[$0].map(isReachable) == true }
      if reachable < others.count / 2 + 1 {
        throw EngineRefusal.failedPrecondition(
          "can't remove member from the raft: this would result in a loss of quorum")
      }
    }
    node.spec = spec
    node.version = swarm.write()
    node.updatedAt = now
    swarm.nodes[node.id] = node
    swarm.tell("node", "update", node.id, ["name": node.hostname], at: now)
    if (node.role == "manager") != node.isMember {
      agenda.add(.roleIsTaken(swarm: cluster, node: node.id), at: now + timing.roleChange)
    }
    reconsider(node: node.id, in: cluster)
  }

  /// `DELETE /nodes/ID`.
  package func removeNode(_ host: String, _ id: String, force: Bool) throws {
    let cluster = try managed(host)
    guard let swarm = swarms[cluster] else { throw EngineRefusal.noSwarm }
    let node = try find(id, host, swarm)
    if node.isMember {
      throw EngineRefusal.failedPrecondition(
        "node \(node.id) is a cluster manager and is a member of the raft cluster. It must be demoted to worker before "
          + "removal")
    }
    if node.state != "down", !force {
      throw EngineRefusal.failedPrecondition("node \(node.id) is not down and can't be removed")
    }
    for task in (swarm.tasksOfNode[node.id] ?? []).sorted() { drop(task, in: cluster) }
    swarms[cluster]?.nodes[node.id] = nil
    swarms[cluster]?.tasksOfNode[node.id] = nil
    swarms[cluster]?.tell("node", "remove", node.id, ["name": node.hostname], at: now)
  }

  private func json(_ node: ModelNode, _ swarm: ModelSwarm) -> Value {
    node.json(leader: swarm.leader, isReachable: isReachable(node), tls: swarm.tls)
  }

  /// By ID, by name, or by the beginning of the ID; `self` is the asked engine's own.
  private func find(_ text: String, _ host: String, _ swarm: ModelSwarm) throws -> ModelNode {
    if text == "self", let own = engines[host]?.membership?.nodeID, let node = swarm.nodes[own] { return node }
    if let node = swarm.nodes[text] { return node }
    let named = swarm.nodes.values.filter { $0.hostname == text }
    if named.count > 1 { throw EngineRefusal(400, "node \(text) is ambiguous (\(named.count) matches found)") }
    if let node = named.first { return node }
    let begun = text.isEmpty ? [] : swarm.nodes.values.filter { $0.id.hasPrefix(text) }
    if begun.count > 1 { throw EngineRefusal(400, "node \(text) is ambiguous (\(begun.count) matches found)") }
    guard let node = begun.first else { throw EngineRefusal.absent("node", text) }
    return node
  }

  // What happens to nodes.

  func takeRole(_ id: String, in cluster: String) {
    guard let swarm = swarms[cluster], var node = swarm.nodes[id] else { return }
    let isManager = node.role == "manager"
    guard node.isMember != isManager else { return }
    node.isMember = isManager
    node.version = swarm.write()
    swarm.nodes[id] = node
    if isManager { swarm.members.insert(id) } else { swarm.members.remove(id) }
    swarm.issueCertificate(to: id, at: now)
    if engines[node.host]?.membership?.nodeID == id { engines[node.host]?.membership?.isManager = isManager }
    chooseLeader(cluster)
  }

  func leaderIsThere(_ swarm: ModelSwarm) -> Bool {
    swarm.leader.flatMap { swarm.nodes[$0] }.map { $0.isMember && isReachable($0) } == true
  }

  func chooseLeader(_ cluster: String) {
    guard let swarm = swarms[cluster], !leaderIsThere(swarm) else { return }
    swarm.leader =
      hasMajority(cluster)
      ? swarm.members.filter { swarm.nodes[$0].map(isReachable) == true }.min() : nil
    if swarm.leader != nil { swarm.takeUpLifetime() }
  }

  /// A node's engine is no longer heard of.
  func loseSight(of id: String, in cluster: String) {
    guard swarms[cluster]?.nodes[id] != nil else { return }
    swarms[cluster]?.nodes[id]?.silentSince = now
    agenda.add(.nodeIsDown(swarm: cluster, node: id, since: now), at: now + timing.nodeDown)
    chooseLeader(cluster)
  }

  func regainSight(of id: String, in cluster: String) {
    guard let swarm = swarms[cluster], var node = swarm.nodes[id] else { return }
    node.silentSince = nil
    if node.state != "ready" {
      node.state = "ready"
      node.message = ""
      node.version = swarm.write()
    }
    swarm.nodes[id] = node
    // What was given away meanwhile ends there now.
    for task in (swarm.tasksOfNode[id] ?? []).sorted()
    where swarm.tasks[task].map({ $0.desired != "running" && !$0.isOver }) == true {
      agenda.add(.taskEnds(swarm: cluster, task: task), at: now + timing.taskStop)
    }
    chooseLeader(cluster)
    reconsider(node: id, in: cluster)
  }

  func markDown(_ id: String, in cluster: String, since: Double) {
    guard let swarm = swarms[cluster], var node = swarm.nodes[id], node.silentSince == since else { return }
    node.state = "down"
    node.message = "heartbeat failure"
    node.version = swarm.write()
    swarm.nodes[id] = node
    swarm.tell("node", "update", id, ["name": node.hostname, "state.new": "down", "state.old": "ready"], at: now)
    reconsider(node: id, in: cluster)
  }

  // What happens to hosts.

  /// Ends a host's engine, or starts it.
  package func setRunning(_ isRunning: Bool, _ host: String) {
    change(host) { $0.isRunning = isRunning }
    changed(host)
  }

  /// Switches a host off, or on.
  package func setOn(_ isOn: Bool, _ host: String) {
    change(host) { $0.isOn = isOn }
    changed(host)
  }

  private func changed(_ host: String) {
    guard let engine = engines[host], let membership = engine.membership else { return }
    if !engine.isUp {
      loseSight(of: membership.nodeID, in: membership.cluster)
    } else if swarms[membership.cluster]?.isAutolocked == true, membership.isManager {
      engines[host]?.isLocked = true
    } else {
      regainSight(of: membership.nodeID, in: membership.cluster)
    }
  }
}
