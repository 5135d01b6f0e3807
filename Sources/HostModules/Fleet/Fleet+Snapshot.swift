import DockerEngine
import Journal
import Values

extension Fleet {
  /// How the hosts and their swarms stand now. Only reads. A host that does not answer in time is in it with the reason.
  ///
  /// - Parameter limit: how long a host may take to answer.
  public func snapshot(limit: Duration = .seconds(15)) async -> SwarmSnapshot {
    let told = await memberships(limit)
    var managers: [(swarm: String, hosts: [String])] = []
    var places: [String: Int] = [:]
    for (host, membership) in zip(inventory.hosts, told) {
      guard case .success(let swarm) = membership, swarm.isManager, let id = swarm.clusterID else { continue }
      if let place = places[id] {
        managers[place].hosts.append(host.name)
      } else {
        places[id] = managers.count
        managers.append((id, [host.name]))
      }
    }
    return SwarmSnapshot(
      hosts: zip(inventory.hosts, told).map { Self.describe($0.name, $1) }, swarms: await swarms(managers, limit))
  }

  /// The swarms, each told by the first of its managers that can, all at once.
  private func swarms(
    _ managers: [(swarm: String, hosts: [String])], _ limit: Duration
  ) async -> [SwarmSnapshot.Swarm] {
    await withTaskGroup(of: (Int, SwarmSnapshot.Swarm?).self) { group in
      for (index, (id, hosts)) in managers.enumerated() {
        group.addTask {
          for host in hosts {
            if let seen = try? await Limited.run(limit, { try await self.swarm(id, from: host) }) {
              return (index, seen)
            }
          }
          return (index, nil)
        }
      }
      var found: [Int: SwarmSnapshot.Swarm] = [:]
      for await (index, swarm) in group { found[index] = swarm }
      return managers.indices.compactMap { found[$0] }
    }
  }

  private func memberships(_ limit: Duration) async -> [Result<SwarmMembership, any Error>] {
    await withTaskGroup(of: (Int, Result<SwarmMembership, any Error>).self) { group in
      for (index, host) in inventory.hosts.enumerated() {
        group.addTask {
          do {
            return (index, .success(try await Limited.run(limit) { try await self.engine(host.name).info().swarm }))
          } catch { return (index, .failure(error)) }
        }
      }
      var found: [Int: Result<SwarmMembership, any Error>] = [:]
      for await (index, result) in group { found[index] = result }
      return inventory.hosts.indices.compactMap { found[$0] }
    }
  }

  private static func describe(
    _ name: String, _ told: Result<SwarmMembership, any Error>
  ) -> SwarmSnapshot.Host {
    switch told {
    case .success(let swarm):
      SwarmSnapshot.Host(
        name: name, state: swarm.state.rawValue, isManager: swarm.isManager, nodeID: swarm.nodeID)
    case .failure(let error):
      SwarmSnapshot.Host(
        name: name, state: "", isManager: false, nodeID: "",
        problem: (error as? Failure)?.message ?? "it does not answer")
    }
  }

  private func swarm(_ id: String, from host: String) async throws -> SwarmSnapshot.Swarm {
    let engine = try engine(host)
    async let nodes = engine.nodes()
    async let services = engine.services()
    async let tasks = engine.tasks()
    let running = Dictionary(grouping: try await tasks.filter { $0.state == .running && $0.desiredState <= .running }) {
      $0.serviceID
    }
    return SwarmSnapshot.Swarm(
      id: id, name: host,
      nodes: try await nodes.map { node in
        SwarmSnapshot.Node(
          id: node.id, hostname: node.hostname, role: node.role.rawValue, availability: node.availability.rawValue,
          state: node.state.rawValue, labels: node.labels)
      }.sorted { $0.id < $1.id },
      services: try await services.map { service in
        SwarmSnapshot.Service(
          name: service.name, image: service.image, replicas: service.replicas,
          nodeIDs: (running[service.id] ?? []).compactMap(\.nodeID).sorted())
      }.sorted { $0.name < $1.name })
  }
}

extension SwarmService {
  /// How many tasks it is to have; `nil` for one on each node.
  fileprivate var replicas: Int? {
    switch mode {
    case .replicated(let count), .job(let count): count
    case .global, .globalJob: nil
    }
  }
}
