import Values

// What the managers do by themselves: tasks are made, placed, moved and ended.
extension SwarmWorld {
  /// Looks at all services for what a changed node means: new tasks on it, its tasks elsewhere.
  func reconsider(node id: String, in cluster: String) {
    for service in (swarms[cluster]?.services ?? [:]).values.sorted(by: { $0.name < $1.name }) {
      switch service.mode {
      case .global, .globalJob: settle(service.id, on: id, in: cluster)
      case .replicated, .job: reconsider(service: service.id, in: cluster)
      }
    }
  }

  /// Gives a service the tasks that it should have.
  func reconsider(service id: String, in cluster: String) {
    guard let swarm = swarms[cluster], let service = swarm.services[id] else { return }
    switch service.mode {
    case .global, .globalJob:
      for node in swarm.nodes.keys.sorted() { settle(id, on: node, in: cluster) }
    case .replicated(let count), .job(let count):
      for (key, task) in (swarm.live[id] ?? [:]).sorted(by: { $0.key < $1.key }) where (Int(key) ?? 0) > count {
        stop(task, in: cluster)
      }
      for slot in stride(from: 1, through: count, by: 1) { settle(id, slot: slot, in: cluster) }
    }
  }

  /// One task of a service that has one on each node.
  private func settle(_ id: String, on nodeID: String, in cluster: String) {
    guard let swarm = swarms[cluster], let service = swarm.services[id] else { return }
    let node = swarm.nodes[nodeID]
    let fits = node.map(service.fits) == true
    let task = swarm.live[id]?[nodeID].flatMap { swarm.tasks[$0] }
    if let task {
      if node == nil || node?.state == "down" {
        orphan(task.id, in: cluster)
      } else if !fits || node?.availability == "drain" {
        stop(task.id, in: cluster, because: fits ? nil : "assigned node no longer meets constraints")
      }
    } else if let node, fits, node.takesTasks {
      create(service, key: nodeID, slot: 0, on: node, in: cluster)
    }
  }

  /// One of the tasks of a service that has so many.
  private func settle(_ id: String, slot: Int, in cluster: String) {
    guard let swarm = swarms[cluster], let service = swarm.services[id] else { return }
    let key = "\(slot)"
    if let task = swarm.live[id]?[key].flatMap({ swarm.tasks[$0] }) {
      if task.state == "complete" { return }
      guard let nodeID = task.nodeID else {
        guard let node = choose(service, swarm) else { return say(whyNot(service, swarm), of: task.id, in: cluster) }
        return place(task.id, on: node, in: cluster)
      }
      let node = swarm.nodes[nodeID]
      let fits = node.map(service.fits) == true
      if fits, let node, node.state == "ready", node.availability != "drain" { return }
      if node == nil || node?.state == "down" {
        orphan(task.id, in: cluster)
      } else {
        stop(task.id, in: cluster, because: fits ? nil : "assigned node no longer meets constraints")
      }
    }
    let node = choose(service, swarm)
    create(service, key: key, slot: slot, on: node, in: cluster)
    if node == nil, let task = swarm.live[id]?[key] {
      say(whyNot(service, swarm), of: task, in: cluster)
    }
  }

  /// The node that has the fewest tasks of the service, then the fewest at all.
  private func choose(_ service: ModelService, _ swarm: ModelSwarm) -> ModelNode? {
    let ports = service.hostPorts
    func running(_ node: ModelNode) -> [ModelTask] {
      (swarm.tasksOfNode[node.id] ?? []).compactMap { swarm.tasks[$0] }.filter { !$0.isOver }
    }
    var best: (node: ModelNode, rank: (Int, Int))?
    for node in swarm.nodes.values where node.takesTasks && service.fits(node) {
      let tasks = running(node)
      if !ports.isEmpty,
        tasks.contains(where: { task in
          !ports.allSatisfy { !(swarm.services[task.serviceID]?.hostPorts ?? []).contains($0) }
        })
      {
        continue
      }
      let rank = (tasks.count { $0.serviceID == service.id }, tasks.count)
      if let known = best, rank > known.rank || (rank == known.rank && node.id > known.node.id) { continue }
      best = (node, rank)
    }
    return best?.node
  }

  private func whyNot(_ service: ModelService, _ swarm: ModelSwarm) -> String {
    var reasons: [String] = []
    let unready = swarm.nodes.values.count { !$0.takesTasks }
    if unready > 0 { reasons.append("\(unready) node\(unready == 1 ? "" : "s") not available for new tasks") }
    let unfit = swarm.nodes.values.count { $0.takesTasks && !service.fits($0) }
    if unfit > 0 { reasons.append("scheduling constraints not satisfied on \(unfit) node\(unfit == 1 ? "" : "s")") }
    let busy = swarm.nodes.count - unready - unfit
    if busy > 0 { reasons.append("host-mode port already in use on \(busy) node\(busy == 1 ? "" : "s")") }
    return reasons.isEmpty ? "no suitable node" : "no suitable node (\(reasons.joined(separator: "; ")))"
  }

  // Single tasks.

  func create(
    _ service: ModelService, key: String, slot: Int, on node: ModelNode?, in cluster: String
  ) {
    guard let swarm = swarms[cluster] else { return }
    let id = ids.next("\(service.id)/\(key)")
    let networks =
      service.networks
      + (service.spec.child("EndpointSpec").list("Ports").contains {
        $0.text("PublishMode") != "host"
      } ? swarm.networks.values.filter(\.isIngress).map(\.id) : [])
    let attachments = networks.compactMap { network in
      swarm.networks[network]?.nextAddress()
    }
    swarm.tasks[id] = ModelTask(
      id: id, serviceID: service.id, serviceLabels: service.labels, key: key, slot: slot, version: swarm.write(),
      createdAt: now, updatedAt: now, nodeID: nil, state: "pending", desired: "running",
      message: "pending task scheduling", spec: service.template, attachments: Array(zip(networks, attachments)),
      isJob: service.isJob)
    for address in attachments { swarm.taskAt[address.prefix { $0 != "/" }] = id }
    swarm.live[service.id, default: [:]][key] = id
    swarm.tasksOfService[service.id, default: []].insert(id)
    if let node { place(id, on: node, in: cluster) }
    prune(service.id, key, in: cluster)
  }

  private func place(_ id: String, on node: ModelNode, in cluster: String) {
    change(id, in: cluster) { task in
      task.nodeID = node.id
      task.state = "assigned"
      task.message = "scheduler assigned task to node"
      task.error = ""
    }
    swarms[cluster]?.tasksOfNode[node.id, default: []].insert(id)
    agenda.add(.taskStarts(swarm: cluster, task: id), at: now + timing.taskStart)
  }

  private func say(_ words: String, of id: String, in cluster: String) {
    guard swarms[cluster]?.tasks[id]?.error != words else { return }
    change(id, in: cluster) { $0.error = words }
  }

  func start(_ id: String, in cluster: String) {
    guard let task = swarms[cluster]?.tasks[id], task.state == "assigned", task.desired == "running",
      let node = task.nodeID.flatMap({ swarms[cluster]?.nodes[$0] }), engines[node.host]?.isUp == true
    else { return }
    change(id, in: cluster) { task in
      task.state = "running"
      task.startedAt = now
      task.message = "started"
    }
    if task.isJob { agenda.add(.taskEnds(swarm: cluster, task: id), at: now + timing.taskStop) }
  }

  /// Wishes a task's end.
  func stop(_ id: String, in cluster: String, as desired: String = "shutdown", because error: String? = nil) {
    guard let task = swarms[cluster]?.tasks[id], !task.isOver else { return }
    swarms[cluster]?.live[task.serviceID]?[task.key] = nil
    change(id, in: cluster) { task in
      task.desired = desired
      if let error { task.error = error }
    }
    if task.nodeID == nil { return end(id, in: cluster) }
    agenda.add(.taskEnds(swarm: cluster, task: id), at: now + timing.taskStop)
  }

  func end(_ id: String, in cluster: String) {
    guard let task = swarms[cluster]?.tasks[id], !task.isOver else { return }
    if task.isForgotten { return drop(id, in: cluster) }
    let isDone = task.isJob && task.desired == "running"
    let isRejected = !task.error.isEmpty
    change(id, in: cluster) { task in
      task.state = isDone ? "complete" : isRejected ? "rejected" : "shutdown"
      task.message = isDone ? "finished" : isRejected ? task.message : "shutdown"
      if isDone { task.desired = "complete" }
    }
    swarms[cluster]?.past[task.serviceID, default: [:]][task.key, default: []].append(id)
    guard let service = swarms[cluster]?.services[task.serviceID], !service.isJob else { return }
    // Where a task has ended, a port may be free now.
    if service.mode == .global, let node = task.nodeID {
      settle(service.id, on: node, in: cluster)
    } else {
      reconsider(service: service.id, in: cluster)
    }
  }

  /// The task of a node that is gone: what it does now is unknown.
  private func orphan(_ id: String, in cluster: String) {
    guard let task = swarms[cluster]?.tasks[id], !task.isOver else { return }
    swarms[cluster]?.live[task.serviceID]?[task.key] = nil
    change(id, in: cluster) { $0.desired = "shutdown" }
  }

  func drop(_ id: String, in cluster: String) {
    guard let task = swarms[cluster]?.tasks.removeValue(forKey: id) else { return }
    for attachment in task.attachments { swarms[cluster]?.taskAt[attachment.address.prefix { $0 != "/" }] = nil }
    if let node = task.nodeID { swarms[cluster]?.tasksOfNode[node]?.remove(id) }
    swarms[cluster]?.tasksOfService[task.serviceID]?.remove(id)
    if swarms[cluster]?.services[task.serviceID] == nil,
      swarms[cluster]?.tasksOfService[task.serviceID]?.isEmpty == true
    {
      swarms[cluster]?.tasksOfService[task.serviceID] = nil
    }
    if swarms[cluster]?.live[task.serviceID]?[task.key] == id {
      swarms[cluster]?.live[task.serviceID]?[task.key] = nil
    }
  }

  /// Forgets the oldest of the ended tasks of a slot.
  private func prune(_ service: String, _ key: String, in cluster: String) {
    guard let swarm = swarms[cluster] else { return }
    let limit = Int(swarm.spec.child("Orchestration").integer("TaskHistoryRetentionLimit"))
    guard limit >= 0, let ended = swarm.past[service]?[key], ended.count > limit else { return }
    for id in ended.dropLast(limit) { drop(id, in: cluster) }
    swarm.past[service]?[key] = ended.suffix(limit)
  }

  private func change(_ id: String, in cluster: String, _ body: (inout ModelTask) -> Void) {
    guard let version = swarms[cluster]?.write(), swarms[cluster]?.tasks[id] != nil else { return }
    body(&swarms[cluster]!.tasks[id]!)
    swarms[cluster]?.tasks[id]?.version = version
    swarms[cluster]?.tasks[id]?.updatedAt = now
  }
}
