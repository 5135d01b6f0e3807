import Values

extension SwarmWorld {
  /// `GET /info`.
  package func info(_ host: String) throws -> Value {
    let engine = try engine(host)
    let running = tasks(on: engine).count
    return [
      "ID": .string(String(IDSource.hexadecimal("engine/\(host)").prefix(24))), "Name": .string(engine.hostname),
      "ServerVersion": .string(engine.make.version), "OperatingSystem": .string(engine.make.system), "OSType": "linux",
      "Architecture": "x86_64", "KernelVersion": .string(engine.make.kernel), "DockerRootDir": "/var/lib/docker",
      "SystemTime": .string(ModelMoment.text(now + engine.clockOffset)), "Warnings": .null,
      "LoggingDriver": "json-file",
      "Containers": .integer(Int64(running)), "ContainersRunning": .integer(Int64(running)), "ContainersPaused": 0,
      "ContainersStopped": 0, "Images": .integer(Int64(engine.images.count)), "NCPU": .integer(engine.make.processors),
      "MemTotal": .integer(engine.make.memory), "Driver": "overlay2", "Labels": [], "Swarm": swarmInfo(engine),
    ]
  }

  private func swarmInfo(_ engine: ModelEngine) -> Value {
    var info: [String: Value] = [
      "NodeID": "", "NodeAddr": "", "LocalNodeState": "inactive", "ControlAvailable": false,
      "Error": .string(engine.error), "RemoteManagers": .null,
    ]
    guard let membership = engine.membership, let swarm = swarms[membership.cluster] else {
      if !engine.error.isEmpty { info["LocalNodeState"] = "error" }
      return .object(info)
    }
    if engine.isLocked {
      info["LocalNodeState"] = "locked"
      return .object(info)
    }
    info["NodeID"] = .string(membership.nodeID)
    info["NodeAddr"] = .string(membership.address)
    info["LocalNodeState"] = "active"
    info["RemoteManagers"] = .array(
      swarm.members.sorted().compactMap { swarm.nodes[$0] }.map {
        ["NodeID": .string($0.id), "Addr": .string("\($0.address):2377")]
      })
    guard membership.isManager else { return .object(info) }
    info["ControlAvailable"] = true
    guard hasMajority(membership.cluster) else {
      info["Error"] = .string(EngineRefusal.noLeader.message)
      return .object(info)
    }
    info["Nodes"] = .integer(Int64(swarm.nodes.count))
    info["Managers"] = .integer(Int64(swarm.members.count))
    info["Cluster"] = swarm.summary
    return .object(info)
  }

  /// What `_ping` says of the swarm.
  package func swarmState(_ host: String) throws -> String {
    let engine = try engine(host)
    if engine.isLocked { return "locked" }
    guard let membership = engine.membership else { return engine.error.isEmpty ? "inactive" : "error" }
    return membership.isManager ? "active/manager" : "active/worker"
  }

  /// `GET /version`.
  package func version(_ host: String) throws -> Value {
    let make = try engine(host).make
    return [
      "Version": .string(make.version), "ApiVersion": .string(make.api), "MinAPIVersion": "1.12", "Os": "linux",
      "Arch": "amd64", "KernelVersion": .string(make.kernel),
    ]
  }

  /// `GET /containers/json`.
  package func containers(_ host: String, _ filters: ModelFilters) throws -> Value {
    let engine = try engine(host)
    guard let swarm = engine.membership.flatMap({ swarms[$0.cluster] }) else { return [] }
    return .array(
      tasks(on: engine).compactMap { task in
        let name = name(of: task, swarm)
        var labels = task.spec.child("ContainerSpec").map("Labels")
        labels["com.docker.swarm.node.id"] = task.nodeID
        labels["com.docker.swarm.service.id"] = task.serviceID
        labels["com.docker.swarm.service.name"] = swarm.services[task.serviceID]?.name
        labels["com.docker.swarm.task.id"] = task.id
        labels["com.docker.swarm.task.name"] = name
        guard filters.admitLabels(labels), filters.admit("id", prefixes: [task.containerID]) else { return nil }
        let networks = task.attachments.compactMap { attachment -> (String, Value)? in
          swarm.networks[attachment.network].map { ($0.name, ["NetworkID": .string($0.id)]) }
        }
        return [
          "Id": .string(task.containerID), "Names": [.string("/" + name)],
          "Image": .string(task.spec.child("ContainerSpec").text("Image")), "State": "running",
          "Status": task.spec.child("ContainerSpec")["Healthcheck"] == nil ? "Up 1 second" : "Up 1 second (healthy)",
          "Labels": .texts(labels),
          "NetworkSettings": ["Networks": .object(Dictionary(networks, uniquingKeysWith: { first, _ in first }))],
        ]
      })
  }

  /// `GET /containers/ID/json`.
  package func container(_ host: String, _ id: String) throws -> Value {
    guard let task = tasks(on: try engine(host)).first(where: { $0.containerID.hasPrefix(id) }) else {
      throw EngineRefusal(404, "No such container: \(id)")
    }
    return [
      "Id": .string(task.containerID), "State": ["Status": "running", "Running": true, "Pid": .integer(task.process)],
    ]
  }

  /// Whether a process of that number is a container's on a host.
  package func hasProcess(_ number: Int64, on host: String) -> Bool {
    engines[host].map { tasks(on: $0).contains { $0.process == number } } == true
  }

  /// The tasks that run on an engine.
  private func tasks(on engine: ModelEngine) -> [ModelTask] {
    guard let membership = engine.membership, let swarm = swarms[membership.cluster], !engine.isLocked else {
      return []
    }
    return (swarm.tasksOfNode[membership.nodeID] ?? []).sorted().compactMap { swarm.tasks[$0] }.filter {
      $0.state == "running"
    }
  }

  /// `GET /images/json`.
  package func images(_ host: String) throws -> Value { .array(try engine(host).images.sorted().map(Self.image)) }

  /// `GET /images/NAME/json`.
  package func image(_ host: String, _ name: String) throws -> Value {
    guard let found = try engine(host).images.first(where: { $0 == name || $0 == name + ":latest" }) else {
      throw EngineRefusal(404, "No such image: \(name)")
    }
    return Self.image(found)
  }

  private static func image(_ name: String) -> Value {
    [
      "Id": .string("sha256:" + IDSource.hexadecimal("image/\(name)")), "RepoTags": [.string(name)], "RepoDigests": [],
      "Created": 1_700_000_000, "Size": 2_000_000, "Labels": .null, "Containers": -1,
    ]
  }

  /// What happened lately at a manager, the oldest first.
  package func events(_ host: String, _ filters: ModelFilters) throws -> [ModelEvent] {
    guard let cluster = try engine(host).membership.flatMap({ $0.isManager ? $0.cluster : nil }) else { return [] }
    return swarms[cluster]?.events.filter(filters.admit) ?? []
  }

  /// What happened since so many events were counted, and the count now.
  package func events(_ host: String, after count: Int?) throws -> (events: [ModelEvent], count: Int) {
    guard let cluster = try engine(host).membership.flatMap({ $0.isManager ? $0.cluster : nil }),
      let swarm = swarms[cluster]
    else { return ([], 0) }
    return (
      Array(swarm.events.suffix(swarm.eventCount - min(count ?? swarm.eventCount, swarm.eventCount))), swarm.eventCount
    )
  }

  // What is seen of a host from another.

  /// What comes of a TCP connection from one host to an address.
  package enum Reach: Sendable { case open, refused, noAnswer, noRoute }

  /// Tries a port of a host: the swarm's own, ssh's, and those that services publish.
  package func reach(_ address: String, port: Int) -> Reach {
    guard let host = host(at: address), let engine = engines[host] else { return .noRoute }
    guard engine.isOn else { return .noAnswer }
    if port == 22 { return .open }
    guard engine.isRunning, let membership = engine.membership, let swarm = swarms[membership.cluster] else {
      return .refused
    }
    switch port {
    case 2377: return membership.isManager && !engine.isLocked ? .open : .refused
    case 7946: return .open
    default:
      let isPublished = tasks(on: engine).contains { task in
        swarm.services[task.serviceID]?.hostPorts.contains(Int64(port)) == true
      }
      return isPublished ? .open : .refused
    }
  }

  /// Whether a task's address answers from a host.
  package func answers(_ address: String, from host: String) -> Bool {
    guard let swarm = engines[host]?.membership.flatMap({ swarms[$0.cluster] }) else { return false }
    guard let task = swarm.taskAt[address[...]].flatMap({ swarm.tasks[$0] }), task.state == "running" else {
      return false
    }
    return task.nodeID.flatMap { swarm.nodes[$0] }.map { engines[$0.host]?.isUp == true } == true
  }
}
