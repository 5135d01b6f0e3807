import Values

/// Whether the tasks of a stack on different hosts reach each other over its overlay networks.
///
/// That tasks run tells nothing of it: the engines tell each other of tasks over port 7946 and carry the tasks' packets
/// over port 4789, and a manager sees neither. So each host is asked itself, twice: whether its engine has been told of
/// the tasks on other hosts, and whether these answer from inside a task of its own. Nothing is changed.
///
/// It is waited for, because engines need time. One that joined a swarm while the manager's engine was not up yet tries
/// again after 60 s, and the engines compare all they know every 30 s: 90 s were measured with Docker 20.10
/// (libnetwork's `rejoinClusterBootStrap` and `bulkSyncTables`).
public struct OverlayCheck: Sendable {
  private let manager: EngineClient
  private let hosts: [String: OverlayHost]
  private let limit: Duration

  /// - Parameters:
  ///   - manager: a manager of the stack's swarm.
  ///   - hosts: the hosts by their node IDs. Nothing is asked of nodes that are not among them.
  ///   - limit: how long to wait; longer than the engines need for mending it themselves.
  public init(manager: EngineClient, hosts: [String: OverlayHost], limit: Duration = .seconds(150)) {
    self.manager = manager
    self.hosts = hosts
    self.limit = limit
  }

  /// Returns when each host reaches all tasks of the stack on other hosts.
  ///
  /// - Parameter progress: told what does not work yet, whenever that changed.
  /// - Throws: `network.unreachable` with one related failure per pair of hosts.
  public func wait(
    stack: String, progress: (@Sendable (_ missing: [Failure]) async -> Void)? = nil
  ) async throws -> OverlayFindings {
    var last = OverlayFindings()
    var obstacle: Failure?
    let found: OverlayFindings? = try await Polling(
      first: .milliseconds(100), longest: .seconds(2), limit: limit
    ).until {
      do {
        let now = try await look(at: stack)
        obstacle = nil
        if now.gaps != last.gaps { await progress?(now.failures) }
        last = now
        return now.gaps.isEmpty ? now : nil
      } catch let failure as Failure where failure.isRetryable || failure.code == .engineNotFound {
        // A host that was away for a moment, or a task that ended between two questions.
        obstacle = failure
        return nil
      }
    }
    if let found { return found }
    if let obstacle { throw obstacle }
    let ways = last.gaps.count == 1 ? "1 way" : "\(last.gaps.count) ways"
    throw Failure(
      .networkUnreachable,
      "the services of the stack \(stack) don't reach each other on \(ways) between hosts after \(limit)",
      host: manager.host, hint: last.hint, related: last.failures)
  }

  /// What works at this moment, and what does not.
  public func look(at stack: String) async throws -> OverlayFindings {
    async let services = manager.services(.stack(stack))
    let tasks = try await manager.tasks(.stack(stack))
    let networks = Dictionary(grouping: OverlayEnd.all(services: try await services, tasks: tasks), by: \.networkID)
    return try await withThrowingTaskGroup(of: OverlayFindings.self) { group in
      for ends in networks.values {
        let byNode = Dictionary(grouping: ends, by: \.nodeID)
        guard byNode.count > 1 else { continue }
        for (node, own) in byNode {
          group.addTask { try await look(from: node, own: own, others: ends.filter { $0.nodeID != node }) }
        }
      }
      return try await group.reduce(into: OverlayFindings()) { $0.add($1) }
    }
  }

  /// What a node knows of one network's tasks on other nodes, and which of them it reaches.
  private func look(from node: String, own: [OverlayEnd], others: [OverlayEnd]) async throws -> OverlayFindings {
    var findings = OverlayFindings()
    guard let host = hosts[node] else {
      findings.untold = [.init(host: node, reason: "this node is no host of the inventory")]
      return findings
    }
    let known = try await gossip(of: own[0].networkID, on: host)
    let told = others.filter { known.addresses.contains($0.address) }
    for end in others where !known.addresses.contains(end.address) {
      findings.gaps.insert(gap(host, end, .unheard(peers: known.peers)))
    }
    // What is not known is not reached either, and would cost the whole time of an attempt.
    if told.isEmpty { return findings }
    guard let process = try await host.engine.process(ofContainer: own[0].containerID) else {
      throw Failure(.engineNotFound, "a container of \(own[0].service) has just ended", host: host.name)
    }
    let answers: [String: OverlayAnswer]
    do {
      answers = try await host.tries(process, told.map(\.address))
    } catch let failure as Failure where !failure.isRetryable {
      findings.untold.insert(.init(host: host.name, reason: failure.cause ?? failure.message))
      return findings
    }
    for end in told {
      switch answers[end.address] {
      case .answered: findings.working += 1
      case .silent(let reason): findings.gaps.insert(gap(host, end, .silent(reason: reason)))
      case .untold(let reason): findings.untold.insert(.init(host: host.name, reason: reason))
      case nil: findings.untold.insert(.init(host: host.name, reason: "the host said nothing of \(end.address)"))
      }
    }
    return findings
  }

  /// An engine that has not taken up the network yet knows nothing of it.
  private func gossip(of network: String, on host: OverlayHost) async throws -> NetworkGossip {
    do {
      return try await host.engine.networkGossip(network)
    } catch let failure as Failure where failure.code == .engineNotFound {
      return NetworkGossip(peers: [], addresses: [])
    }
  }

  private func gap(_ host: OverlayHost, _ end: OverlayEnd, _ kind: OverlayFindings.Gap.Kind) -> OverlayFindings.Gap {
    OverlayFindings.Gap(
      host: host.name, other: hosts[end.nodeID]?.name ?? end.nodeID, kind: kind, service: end.service,
      network: end.networkName, address: end.address)
  }
}
