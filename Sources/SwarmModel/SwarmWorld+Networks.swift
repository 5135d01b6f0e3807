import Values

extension SwarmWorld {
  /// `GET /networks`: the swarm's, as far as this engine knows them.
  package func networks(_ host: String, _ filters: ModelFilters) throws -> Value {
    let found = known(try engine(host)).filter {
      filters.admit("id", prefixes: [$0.id]) && filters.admit("name", prefixes: [$0.name])
        && filters.admitLabels($0.labels) && filters.admit("driver", "overlay") && filters.admit("scope", "swarm")
    }
    let isPlain = filters == ModelFilters(nil)
    let own: [Value] =
      isPlain ? [Self.local("bridge", "bridge"), Self.local("host", "host"), Self.local("none", "null")] : []
    return .array(own + found.sorted { $0.name < $1.name }.map(\.json))
  }

  /// `GET /networks/ID`; with `isVerbose` also what the engine has heard about it from others.
  package func network(_ host: String, _ id: String, isVerbose: Bool) throws -> Value {
    let engine = try engine(host)
    guard let network = known(engine).first(where: { $0.id == id || $0.name == id }),
      let membership = engine.membership, let swarm = swarms[membership.cluster]
    else { throw EngineRefusal.absent("network", id) }
    let attached = swarm.tasks.values.filter { task in
      !task.isOver && task.state == "running" && task.attachments.contains { $0.network == network.id }
    }
    let own = attached.filter { $0.nodeID == membership.nodeID }
    var json = network.json
    if !own.isEmpty {
      let containers = own.map { task -> (String, Value) in
        let address = task.attachments.first { $0.network == network.id }?.address ?? ""
        return (task.containerID, ["Name": .string(name(of: task, swarm)), "IPv4Address": .string(address)])
      }
      json = json.setting(
        "Containers",
        to:
          .object(Dictionary(containers, uniquingKeysWith: { first, _ in first })))
    }
    guard isVerbose else { return json }
    // An engine takes part in a network as long as a task of its own does.
    guard !own.isEmpty else { return json }
    let heard = attached.filter { task in
      task.nodeID.flatMap { swarm.nodes[$0] }.map { $0.state == "ready" } == true
    }
    let peers = Set(heard.compactMap { $0.nodeID.flatMap { swarm.nodes[$0]?.address } })
    let byService = Dictionary(grouping: heard) { swarm.services[$0.serviceID]?.name ?? $0.serviceID }
    let services = byService.mapValues { tasks -> Value in
      let reported = tasks.flatMap { task in
        task.attachments.filter { $0.network == network.id }.map { attachment -> Value in
          [
            "EndpointIP": .string(String(attachment.address.prefix { $0 != "/" })),
            "Name": .string(name(of: task, swarm)),
          ]
        }
      }
      return ["Tasks": .array(reported)]
    }
    return json.setting("Peers", to: .array(peers.sorted().map { ["IP": .string($0)] }))
      .setting("Services", to: .object(services))
  }

  /// `POST /networks/create`.
  package func createNetwork(_ host: String, _ request: Value) throws -> Value {
    let cluster = try managed(host)
    let name = request.text("Name")
    if swarms[cluster]?.networks.values.contains(where: { $0.name == name && !$0.isGoing }) == true {
      throw EngineRefusal(409, "network with name \(name) already exists")
    }
    return [
      "Id": .string(addNetwork(name, labels: request.map("Labels"), isIngress: false, to: cluster)), "Warning": "",
    ]
  }

  /// `DELETE /networks/ID`.
  package func removeNetwork(_ host: String, _ id: String) throws {
    let cluster = try managed(host)
    guard let swarm = swarms[cluster],
      let network = swarm.networks.values.first(where: { $0.id == id || $0.name == id }),
      !network.isGoing
    else { throw EngineRefusal.absent("network", id) }
    if let service = swarm.services.values.filter({ $0.networks.contains(network.id) }).map(\.id).min() {
      throw EngineRefusal.failedPrecondition("network \(network.id) is in use by service \(service)")
    }
    let user = swarm.tasks.values.filter { task in
      !task.isOver && task.attachments.contains { $0.network == network.id }
    }
    if let task = user.map(\.id).min() {
      throw EngineRefusal.failedPrecondition("network \(network.id) is in use by task \(task)")
    }
    swarm.networks[network.id]?.isGoing = true
    swarm.tell("network", "remove", network.id, ["name": network.name], at: now)
    agenda.add(.networkGoes(swarm: cluster, network: network.id), at: now + timing.networkRemoval)
  }

  func addNetwork(
    _ name: String, labels: [String: String], isIngress: Bool, to cluster: String, id known: String? = nil
  ) -> String {
    let id = known ?? ids.next("\(cluster)/network")
    guard let swarm = swarms[cluster] else { return id }
    swarm.networks[id] = ModelNetwork(
      id: id, version: swarm.write(), createdAt: now, name: name, labels: labels, isIngress: isIngress,
      number: swarm.networkCount)
    swarm.networkCount += 1
    swarm.tell("network", "create", id, ["name": name], at: now)
    // Its addresses are given to it after that.
    swarm.tell("network", "update", id, ["name": name], at: now)
    return id
  }

  /// A manager knows all; a worker those that its tasks are in.
  private func known(_ engine: ModelEngine) -> [ModelNetwork] {
    guard let membership = engine.membership, let swarm = swarms[membership.cluster] else { return [] }
    if membership.isManager { return Array(swarm.networks.values) }
    let used = Set(
      (swarm.tasksOfNode[membership.nodeID] ?? []).compactMap { swarm.tasks[$0] }.filter { !$0.isOver }
        .flatMap { $0.attachments.map(\.network) })
    return swarm.networks.values.filter { $0.isIngress || used.contains($0.id) }
  }

  func name(of task: ModelTask, _ swarm: ModelSwarm) -> String {
    let service = swarm.services[task.serviceID]?.name ?? task.serviceID
    return "\(service).\(task.slot > 0 ? "\(task.slot)" : task.nodeID ?? "").\(task.id)"
  }

  private static func local(_ name: String, _ driver: String) -> Value {
    [
      "Name": .string(name), "Id": .string(IDSource.hexadecimal("network/\(name)")), "Scope": "local",
      "Driver": .string(driver), "Ingress": false, "Labels": .object([:]), "Containers": .object([:]),
    ]
  }

  // Secrets and configurations.

  /// `GET /secrets` or `/configs`.
  package func parts(_ kind: String, _ host: String, _ filters: ModelFilters) throws -> Value {
    guard let swarm = swarms[try managed(host)] else { return [] }
    let all = (kind == "secrets" ? swarm.secrets : swarm.configs).values
    return .array(
      all.filter { filters.admitLabels($0.labels) && filters.admit("name", prefixes: [$0.name]) }
        .sorted { $0.id < $1.id }.map(\.json))
  }

  /// `POST /secrets/create` or `/configs/create`. What it contains is not kept.
  package func createPart(_ kind: String, _ host: String, _ spec: Value) throws -> Value {
    guard let swarm = swarms[try managed(host)] else { throw EngineRefusal.noSwarm }
    return ["ID": .string(addPart(kind, to: swarm, name: spec.text("Name"), labels: spec.map("Labels")))]
  }

  func addPart(
    _ kind: String, to swarm: ModelSwarm, name: String, labels: [String: String], id known: String? = nil
  ) -> String {
    let id = known ?? ids.next("\(swarm.id)/\(kind)")
    let part = ModelPart(id: id, version: swarm.write(), createdAt: now, name: name, labels: labels)
    if kind == "secrets" { swarm.secrets[id] = part } else { swarm.configs[id] = part }
    return id
  }

  /// `DELETE /secrets/ID` or `/configs/ID`.
  package func removePart(_ kind: String, _ host: String, _ id: String) throws {
    guard let swarm = swarms[try managed(host)] else { throw EngineRefusal.noSwarm }
    let removed = kind == "secrets" ? swarm.secrets.removeValue(forKey: id) : swarm.configs.removeValue(forKey: id)
    if removed == nil { throw EngineRefusal.absent(String(kind.dropLast()), id) }
  }
}
