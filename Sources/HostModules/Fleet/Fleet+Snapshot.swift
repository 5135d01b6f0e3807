import Concurrency
import DockerEngine
import Journal
import Remote
import Values

/// A host has not answered in time.
private struct NoAnswer: Error {}

extension Fleet {
  /// The state of the hosts and their swarms now. Only reads. A host that does not answer in time is in it with the
  /// reason.
  ///
  /// - Parameter limit: how long a host may take to answer.
  package func snapshot(limit: Duration = .seconds(15)) async -> SwarmSnapshot {
    let memberships = await self.memberships(limit)
    var managers: [(swarm: String, hosts: [String])] = []
    var places: [String: Int] = [:]
    for (host, membership) in zip(inventory.hosts, memberships) {
      guard case .success(let swarm) = membership, swarm.isManager, let id = swarm.clusterID else { continue }
      if let place = places[id] {
        managers[place].hosts.append(host.name)
      } else {
        places[id] = managers.count
        managers.append((id, [host.name]))
      }
    }
    return SwarmSnapshot(
      hosts: zip(inventory.hosts, memberships).map { Self.describe($0.name, $1) }, swarms: await swarms(managers, limit)
    )
  }

  /// The swarms, each memberships by the first of its managers that can, all at once.
  private func swarms(
    _ managers: [(swarm: String, hosts: [String])], _ limit: Duration
  ) async -> [SwarmSnapshot.Swarm] {
    await mapConcurrently(managers) { id, hosts -> SwarmSnapshot.Swarm? in
      for host in hosts {
        if let seen = try? await withTimeLimit(limit, { try await self.swarm(id, from: host) }) { return seen }
      }
      return nil
    }.compactMap(\.self)
  }

  private func memberships(_ limit: Duration) async -> [Result<SwarmMembership, any Error>] {
    await mapConcurrently(inventory.hosts.map(\.name)) { host in
      do {
        let swarm = try await withTimeLimit(limit) { try await self.engine(host).info().swarm }
        return swarm.map { .success($0) } ?? .failure(NoAnswer())
      } catch { return .failure(error) }
    }
  }

  private static func describe(
    _ name: String, _ membership: Result<SwarmMembership, any Error>
  ) -> SwarmSnapshot.Host {
    switch membership {
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

extension Fleet {
  /// The inventory's hosts by their node IDs, with the ways in which their part in overlay networks is looked at.
  ///
  /// - Parameter isPartial: whether a host that does not answer is left out, and not an error.
  func overlayHosts(isPartial: Bool) async throws -> [String: OverlayHost] {
    let hosts = isPartial ? try await answeringHostsByNodeID() : try await hostsByNodeID()
    return try hosts.mapValues { name in
      let host = try host(name), transport = try transport(name)
      return OverlayHost(name: name, engine: try engine(name)) { process, addresses in
        try await NamespaceProbe.tcp(addresses, inside: process, on: transport, sudo: host.sudo).mapValues { outcome in
          switch outcome {
          case .open, .refused: .answered
          case .filtered(let reason): .silent(reason: reason)
          case .unknown(let reason): .unknown(reason: reason)
          }
        }
      }
    }
  }
}
