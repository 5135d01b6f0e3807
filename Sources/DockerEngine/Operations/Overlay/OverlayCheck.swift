import Foundation
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
package struct OverlayCheck: Sendable {
  private let managers: Managers
  private let hosts: [String: OverlayHost]
  private let limit: Duration
  private let others: Int

  /// On how many other hosts a host tries the tasks, where nothing else is said.
  package static let usualOthers = 16

  /// - Parameters:
  ///   - manager: a manager of the stack's swarm.
  ///   - hosts: the hosts by their node IDs. Nothing is asked of nodes that are not among them.
  ///   - limit: how long to wait; longer than the engines need to repair it themselves.
  ///   - others: on how many other hosts each tries the tasks; where a network spans no more, on all of them.
  package init(
    managers: Managers, hosts: [String: OverlayHost], limit: Duration = .seconds(150), others: Int = usualOthers
  ) {
    self.managers = managers.waiting(atMost: limit)
    self.hosts = hosts
    self.limit = limit
    self.others = others
  }

  /// Returns when each host reaches all tasks of the stack on other hosts, or on those of them that it tries.
  ///
  /// - Parameter progress: called with what does not work yet, whenever that changed.
  /// - Throws: `network.unreachable` with one related failure per pair of hosts.
  package func wait(
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
      host: managers.host, hint: last.hint, related: last.failures)
  }

  /// What works at this moment, and what does not.
  package func look(at stack: String) async throws -> OverlayFindings {
    async let services = managers.read { try await $0.services(.stack(stack)) }
    let tasks = try await managers.read { try await $0.tasks(.stack(stack)) }
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

/// What was found out about a stack's networks.
package struct OverlayFindings: Sendable, Hashable {
  /// How many ways from a host to a task on another host were tried and work.
  package internal(set) var working = 0
  /// How many there are besides, which were not tried because there are so many.
  package internal(set) var untested = 0
  /// What does not work.
  var gaps: Set<Gap> = []
  /// Where it is unknown, and why.
  package internal(set) var unknown: Set<UnknownHost> = []

  /// A host for which it is unknown what it reaches.
  package struct UnknownHost: Sendable, Hashable, Comparable {
    /// The host's name, or the node's ID.
    package let host: String
    /// Why it is unknown.
    package let reason: String

    /// By host and reason.
    package static func < (left: Self, right: Self) -> Bool { (left.host, left.reason) < (right.host, right.reason) }
  }

  /// A task that a host does not reach.
  struct Gap: Sendable, Hashable {
    var host: String
    var other: String
    var kind: Kind
    var service: String
    var network: String
    var address: String

    /// What is missing.
    enum Kind: Sendable, Hashable {
      /// The host's engine has not heard of it.
      case unheard(peers: [String])
      /// The engine knows of it, but nothing answers.
      case silent(reason: String)
    }
  }

  mutating func add(_ other: OverlayFindings) {
    working += other.working
    untested += other.untested
    gaps.formUnion(other.gaps)
    unknown.formUnion(other.unknown)
  }

  /// The hosts whose engines take no part in a network: they don't even name themselves. Open ports don't end that.
  private var partless: Set<String> {
    Set(gaps.filter { $0.kind == .unheard(peers: []) }.map(\.host))
  }

  /// The one of a gap's two hosts whose engine takes no part in the network; `nil` when both do.
  private func partless(_ host: String, _ other: String) -> String? {
    let hosts = partless
    return [host, other].first(where: hosts.contains)
  }

  /// What to do about the gaps, beyond the ports that the single failures name.
  var hint: String {
    let unheard = gaps.filter { if case .unheard = $0.kind { true } else { false } }
    let hosts = Set(unheard.compactMap { partless($0.host, $0.other) }).sorted()
    if !unheard.isEmpty, unheard.allSatisfy({ partless($0.host, $0.other) != nil }) {
      return
        "the engine of \(hosts.joined(separator: ", ")) takes no part in the network itself, as after it left a swarm "
        + "and joined another at once: wait some minutes, or restart it there (systemctl restart docker)"
    }
    if !unheard.isEmpty {
      return "open TCP and UDP 7946 between all hosts; an engine that met no other when it joined tries again "
        + "each minute, or when it is restarted (systemctl restart docker)"
    }
    return "open UDP 4789 between all hosts; where it is open, known causes are the checksum offload of vmxnet3 "
      + "network cards, and a network whose MTU is not 50 below that of the hosts"
  }

  /// One failure per pair of hosts and kind.
  var failures: [Failure] {
    struct Pair: Hashable {
      var host: String
      var other: String
      var kind: Gap.Kind
    }
    let pairs = Dictionary(grouping: gaps) { Pair(host: $0.host, other: $0.other, kind: $0.kind) }
    return pairs.sorted { ($0.key.host, $0.key.other) < ($1.key.host, $1.key.other) }.map { pair, gaps in
      let tasks = gaps.map { "\($0.service) at \($0.address)" }.sorted().joined(separator: ", ")
      let networks = Set(gaps.map(\.network)).sorted().joined(separator: ", ")
      switch pair.kind {
      case .unheard(let peers):
        let others = peers.isEmpty ? "none" : peers.joined(separator: ", ")
        return Failure(
          .networkUnreachable, "its engine has not heard of \(tasks) on \(pair.other)", host: pair.host,
          cause: "the engines that take part in \(networks), as \(pair.host) knows: \(others)",
          hint: partless(pair.host, pair.other).map {
            "restart the engine of \($0), which takes no part in the network itself: systemctl restart docker"
          } ?? "open TCP and UDP 7946 between \(pair.host) and \(pair.other): the engines inform each other there")
      case .silent(let reason):
        return Failure(
          .networkUnreachable, "\(tasks) on \(pair.other) can't be reached over \(networks)", host: pair.host,
          cause: reason, hint: "open UDP 4789 between \(pair.host) and \(pair.other): it carries what tasks send")
      }
    }
  }
}

/// A running task's place in an overlay network.
struct OverlayEnd: Sendable, Hashable {
  let service: String
  let nodeID: String
  let containerID: String
  let networkID: String
  let networkName: String
  let address: String

  /// All of a stack's running tasks in networks that span hosts.
  static func all(services: [SwarmService], tasks: [SwarmTask]) -> [OverlayEnd] {
    let names = Dictionary(services.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
    return tasks.filter { $0.state == .running && $0.desiredState == .running }.flatMap { task in
      guard let nodeID = task.nodeID, let containerID = task.containerID else { return [OverlayEnd]() }
      return task.attachments.filter(\.isOverlay).flatMap { attachment in
        attachment.addresses.map {
          OverlayEnd(
            service: names[task.serviceID] ?? task.serviceID, nodeID: nodeID, containerID: containerID,
            networkID: attachment.networkID, networkName: attachment.networkName, address: $0)
        }
      }
    }
  }
}

/// Which other hosts each host tries, where there are too many for each to try all.
///
/// The hosts form a ring, and each tries those at the same distances from it. So each tries equally many and is
/// tried by equally many. The next one is always among them, so wherever the ring is cut in two, some host tries one on
/// the other side; and the distances grow from the next one to the whole ring, so that near and far ones are tried. The
/// same hosts give the same choice each time.
struct OverlayChoice: Sendable, Hashable {
  /// How many hosts there are.
  let count: Int
  /// The distances at which others are tried, in ascending order.
  let distances: [Int]

  /// - Parameters:
  ///   - count: how many hosts there are.
  ///   - most: how many others each tries at most, at least 1. Where there are no more, it is all of them.
  init(count: Int, most: Int) {
    self.count = count
    let farthest = count - 1
    if farthest <= max(1, most) {
      distances = Array(stride(from: 1, through: farthest, by: 1))
    } else if most <= 1 {
      distances = [1]
    } else {
      distances = (0..<most).map { index in
        max(index + 1, Int(pow(Double(farthest), Double(index) / Double(most - 1)).rounded(.down)))
      }
    }
  }

  /// Whether each tries all others.
  var isComplete: Bool { distances.count >= count - 1 }

  /// The places of those that the one at a place tries.
  func others(of place: Int) -> [Int] { distances.map { (place + $0) % count } }
}

/// A host whose part in a stack's networks can be looked at.
package struct OverlayHost: Sendable {
  /// What it is called.
  package let name: String
  /// Its own engine.
  package let engine: EngineClient
  /// Tries addresses from inside the network of one of its processes.
  package let tries: @Sendable (_ process: Int, _ addresses: [String]) async throws -> [String: OverlayAnswer]

  /// - Parameters:
  ///   - name: what it is called.
  ///   - engine: its own engine.
  ///   - tries: opens a TCP connection to each of the addresses, from inside the network namespace of the process with
  ///     that number. It returns what answered, and throws when the host can't be reached.
  package init(
    name: String, engine: EngineClient,
    tries: @escaping @Sendable (_ process: Int, _ addresses: [String]) async throws -> [String: OverlayAnswer]
  ) {
    self.name = name
    self.engine = engine
    self.tries = tries
  }
}

/// What came of trying an address.
package enum OverlayAnswer: Sendable, Hashable {
  /// Something answered: it accepted the connection, or refused it.
  case answered
  /// Nothing did.
  case silent(reason: String)
  /// It could not be tried.
  case unknown(reason: String)
}
