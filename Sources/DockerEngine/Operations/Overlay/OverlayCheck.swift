import Values

/// Whether the tasks of a stack on different hosts reach each other over its overlay networks.
///
/// That tasks run does not show it: the engines inform each other of tasks over port 7946 and carry the tasks' packets
/// over port 4789, and a manager sees neither. So each host is asked itself, twice: whether its engine has heard of
/// the tasks on other hosts, and whether these answer from inside a task of its own. Nothing is changed.
///
/// In a large swarm each host tries those of some others, and each is tried by as many; see ``OverlayChoice``. What its
/// engine has heard is a list of all tasks there are, so it is asked for only where one of them does not answer: an
/// answer proves that the engine knew of it.
///
/// It is waited for, because engines need time. One that joined a swarm while the manager's engine was not up yet tries
/// again after 60 s, and the engines compare all they know every 30 s: 90 s were measured with Docker 20.10
/// (libnetwork's `rejoinClusterBootStrap` and `bulkSyncTables`).
public struct OverlayCheck: Sendable {
  private let manager: EngineClient
  private let hosts: [String: OverlayHost]
  private let limit: Duration
  private let others: Int

  /// On how many other hosts a host tries the tasks, where nothing else is said.
  public static let usualOthers = 16

  /// - Parameters:
  ///   - manager: a manager of the stack's swarm.
  ///   - hosts: the hosts by their node IDs. Nothing is asked of nodes that are not among them.
  ///   - limit: how long to wait; longer than the engines need to repair it themselves.
  ///   - others: on how many other hosts each tries the tasks; where a network spans no more, on all of them.
  public init(
    manager: EngineClient, hosts: [String: OverlayHost], limit: Duration = .seconds(150), others: Int = usualOthers
  ) {
    self.manager = manager
    self.hosts = hosts
    self.limit = limit
    self.others = others
  }

  /// Returns when each host reaches all tasks of the stack on other hosts, or on those of them that it tries.
  ///
  /// - Parameter progress: called with what does not work yet, whenever that changed.
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
      "the services of the stack \(stack) don't reach each other on \(ways) between hosts after \(limit.words)",
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
        let ring = byNode.sorted { (hosts[$0.key]?.name ?? "", $0.key) < (hosts[$1.key]?.name ?? "", $1.key) }
        let choice = OverlayChoice(count: ring.count, most: others)
        for (place, (node, own)) in ring.enumerated() {
          let tried = choice.others(of: place).flatMap { ring[$0].value }
          let left = ends.count - own.count - tried.count
          group.addTask { try await look(from: node, own: own, others: tried, left: left) }
        }
      }
      return try await group.reduce(into: OverlayFindings()) { $0.add($1) }
    }
  }

  /// What a node knows of one network's tasks on other nodes, and which of them it reaches.
  ///
  /// - Parameter left: how many more tasks there are, which it does not try.
  private func look(
    from node: String, own: [OverlayEnd], others: [OverlayEnd], left: Int
  ) async throws -> OverlayFindings {
    var findings = OverlayFindings()
    guard let host = hosts[node] else {
      findings.unknown = [.init(host: node, reason: "this node is not a host of the inventory")]
      return findings
    }
    findings.untested = left
    var known = left == 0 ? try await gossip(of: own[0].networkID, on: host) : nil
    // What is not known is not reached either, and would cost the whole time of an attempt.
    let worth = others.filter { known?.addresses.contains($0.address) != false }
    let (answers, obstacle) = try await answers(of: worth, from: own[0], on: host)
    if known == nil, others.contains(where: { answers[$0.address] != .answered }) {
      known = try await gossip(of: own[0].networkID, on: host)
    }
    for end in others {
      if let known, !known.addresses.contains(end.address), answers[end.address] != .answered {
        findings.gaps.insert(gap(host, end, .unheard(peers: known.peers)))
        continue
      }
      switch answers[end.address] {
      case .answered: findings.working += 1
      case .silent(let reason): findings.gaps.insert(gap(host, end, .silent(reason: reason)))
      case .unknown(let reason): findings.unknown.insert(.init(host: host.name, reason: reason))
      case nil:
        let reason = obstacle ?? "the host did not report on \(end.address)"
        findings.unknown.insert(.init(host: host.name, reason: reason))
      }
    }
    return findings
  }

  /// What comes of trying tasks from inside one of the host's own, or why none could be tried.
  private func answers(
    of ends: [OverlayEnd], from own: OverlayEnd, on host: OverlayHost
  ) async throws -> (answers: [String: OverlayAnswer], obstacle: String?) {
    if ends.isEmpty { return ([:], nil) }
    guard let process = try await host.engine.process(ofContainer: own.containerID) else {
      throw Failure(.engineNotFound, "a container of \(own.service) has just ended", host: host.name)
    }
    do {
      return (try await host.tries(process, ends.map(\.address)), nil)
    } catch let failure as Failure where !failure.isRetryable {
      return ([:], failure.cause ?? failure.message)
    }
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
