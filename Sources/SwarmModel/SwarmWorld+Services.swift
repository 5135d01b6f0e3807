import Values

extension SwarmWorld {
  /// `GET /services`.
  package func services(_ host: String, _ filters: ModelFilters) throws -> Value {
    guard let swarm = swarms[try managed(host)] else { return [] }
    let found = swarm.services.values.filter {
      filters.admit("id", prefixes: [$0.id]) && filters.admit("name", prefixes: [$0.name])
        && filters.admitLabels($0.labels)
    }
    return .array(found.sorted { $0.id < $1.id }.map(\.json))
  }

  /// `GET /services/ID`.
  package func service(_ host: String, _ id: String) throws -> Value {
    guard let swarm = swarms[try managed(host)] else { return .null }
    return try find(service: id, swarm).json
  }

  /// `POST /services/create`.
  package func createService(_ host: String, _ spec: Value) throws -> Value {
    let cluster = try managed(host)
    guard let swarm = swarms[cluster] else { throw EngineRefusal.noSwarm }
    let name = spec.text("Name")
    guard swarm.serviceNames[name] == nil else {
      throw EngineRefusal(
        409,
        "rpc error: code = AlreadyExists desc = name conflicts with an existing object: service \(name) already exists"
      )
    }
    try checkSize(spec)
    let id = ids.next("\(cluster)/\(name)")
    swarm.services[id] = ModelService(id: id, version: swarm.write(), at: now, spec: try resolved(spec, swarm))
    swarm.serviceNames[name] = id
    swarm.tell("service", "create", id, ["name": name], at: now)
    reconsider(service: id, in: cluster)
    return ["ID": .string(id)]
  }

  /// `POST /services/ID/update`.
  package func updateService(_ host: String, _ id: String, version: Int64, spec: Value) throws {
    let cluster = try managed(host)
    guard let swarm = swarms[cluster] else { throw EngineRefusal.noSwarm }
    var service = try find(service: id, swarm)
    guard service.version == version else { throw EngineRefusal.outOfSequence }
    try checkSize(spec)
    let before = service.template
    service.set(try resolved(spec, swarm))
    service.version = swarm.write()
    service.updatedAt = now
    let isNewTemplate = service.template != before
    if isNewTemplate { service.updateState = ("completed", "update completed", now) }
    swarm.services[service.id] = service
    swarm.tell("service", "update", service.id, ["name": service.name], at: now)
    if isNewTemplate {
      for task in (swarm.live[service.id] ?? [:]).values.sorted() { stop(task, in: cluster) }
    }
    reconsider(service: service.id, in: cluster)
  }

  /// `DELETE /services/ID`. Its tasks end some time later.
  package func removeService(_ host: String, _ id: String) throws {
    let cluster = try managed(host)
    guard let swarm = swarms[cluster] else { throw EngineRefusal.noSwarm }
    let service = try find(service: id, swarm)
    swarms[cluster]?.services[service.id] = nil
    swarms[cluster]?.serviceNames[service.name] = nil
    swarms[cluster]?.live[service.id] = nil
    swarms[cluster]?.past[service.id] = nil
    swarms[cluster]?.tell("service", "remove", service.id, ["name": service.name], at: now)
    for task in (swarm.tasksOfService[service.id] ?? []).sorted() {
      if swarm.tasks[task]?.isOver == true {
        drop(task, in: cluster)
      } else {
        swarms[cluster]?.tasks[task]?.isForgotten = true
        stop(task, in: cluster, as: "remove")
      }
    }
  }

  /// `GET /tasks`.
  package func tasks(_ host: String, _ filters: ModelFilters) throws -> Value {
    guard let swarm = swarms[try managed(host)] else { return [] }
    let found = swarm.tasks.values.filter { task in
      let name = swarm.services[task.serviceID]?.name
      return filters.admit("id", prefixes: [task.id])
        && filters.admit("service", prefixes: [task.serviceID] + (name.map { [$0] } ?? []))
        && filters.admit("node", prefixes: [task.nodeID ?? ""]) && filters.admit("desired-state", task.desired)
        && filters.admitLabels(task.serviceLabels)
    }
    return .array(found.sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }.map { $0.json(swarm.networks) })
  }

  /// `GET /tasks/ID`.
  package func task(_ host: String, _ id: String) throws -> Value {
    guard let swarm = swarms[try managed(host)] else { return .null }
    guard let task = swarm.tasks[id] else { throw EngineRefusal.absent("task", id) }
    return task.json(swarm.networks)
  }

  /// A model holds each task; a real engine's swarm would need machines for them.
  private func checkSize(_ spec: Value) throws {
    let mode = spec.child("Mode"), limit: Int64 = 10_000
    let tasks = mode.child("Replicated")["Replicas"] ?? mode.child("ReplicatedJob")["TotalCompletions"]
    if let count = tasks?.integerValue, !(0...limit).contains(count) {
      throw EngineRefusal(
        400, "rpc error: code = InvalidArgument desc = a simulated service has 0 to \(limit) tasks, not \(count)")
    }
  }

  func find(service text: String, _ swarm: ModelSwarm) throws -> ModelService {
    if let service = swarm.services[text] ?? swarm.serviceNames[text].flatMap({ swarm.services[$0] }) { return service }
    throw EngineRefusal.absent("service", text)
  }

  /// A spec whose networks are named by their IDs.
  func resolved(_ spec: Value, _ swarm: ModelSwarm) throws -> Value {
    let template = spec.child("TaskTemplate")
    let networks = try template.list("Networks").map { network -> Value in
      let target = network.text("Target")
      if swarm.networks[target]?.isGoing == false { return network }
      guard let found = swarm.networks.values.first(where: { $0.name == target && !$0.isGoing }) else {
        throw EngineRefusal(
          404, "rpc error: code = NotFound desc = network \(target) not found")
      }
      return network.setting("Target", to: .string(found.id))
    }
    return networks.isEmpty
      ? spec : spec.setting("TaskTemplate", to: template.setting("Networks", to: .array(networks)))
  }
}

/// A line that every task of a service writes when it has started.
package struct ModelLogLine: Sendable, Hashable {
  /// The text, without a line break.
  package var text: String
  /// Whether it is written to the standard error.
  package var isError: Bool

  package init(_ text: String, isError: Bool = false) {
    self.text = text
    self.isError = isError
  }
}

extension SwarmWorld {
  /// Which tasks a log is asked for.
  package enum LogSource: Sendable {
    /// Those of a service.
    case service(String)
    /// One.
    case task(String)
  }

  /// `GET /services/ID/logs` or `/tasks/ID/logs`: the frames that an engine sends. What hosts that are down have
  /// written is not available.
  ///
  /// - Parameters:
  ///   - tail: the last lines of each task; `nil` for all.
  ///   - since: lines from that moment on, in seconds since 1970.
  package func log(_ host: String, _ source: LogSource, tail: Int?, since: Double) throws -> [UInt8] {
    guard let swarm = swarms[try managed(host)] else { return [] }
    let tasks: [ModelTask]
    switch source {
    case .service(let name):
      let service = try find(service: name, swarm)
      tasks = (swarm.tasksOfService[service.id] ?? []).sorted().compactMap { swarm.tasks[$0] }
    case .task(let id):
      guard let task = swarm.tasks[id] else { throw EngineRefusal.absent("task", id) }
      tasks = [task]
    }
    return tasks.flatMap { task -> [UInt8] in
      guard let lines = swarm.services[task.serviceID].flatMap({ logs[$0.name] }), task.startedAt >= max(since, 0.001),
        let node = task.nodeID.flatMap({ swarm.nodes[$0] }), engines[node.host]?.isUp == true
      else { return [] }
      let details = [
        "com.docker.swarm.node.id=\(node.id)", "com.docker.swarm.service.id=\(task.serviceID)",
        "com.docker.swarm.task.id=\(task.id)",
      ].joined(separator: ",")
      return lines.suffix(tail ?? .max).flatMap { line in
        Self.frame("\(ModelMoment.text(task.startedAt)) \(details) \(line.text)\n", isError: line.isError)
      }
    }
  }

  private static func frame(_ text: String, isError: Bool) -> [UInt8] {
    let bytes = Array(text.utf8), size = UInt32(bytes.count)
    return [isError ? 2 : 1, 0, 0, 0] + (0..<4).map { UInt8(truncatingIfNeeded: size >> (24 - 8 * $0)) } + bytes
  }
}
