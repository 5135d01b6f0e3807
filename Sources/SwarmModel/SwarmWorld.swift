import Values

/// A world of hosts with Docker engines and their swarms, in memory: what engines are asked changes it or is answered
/// from it. No I/O, and no clock of its own: every call is given the time.
///
/// The same calls at the same times give the same world. It honours what procedures on swarms depend on: tokens, object
/// versions, roles and their majority, labels, constraints, tasks, and that much is done only after the answer.
package final class SwarmWorld {
  /// How long things take.
  package var timing = ModelTiming()
  /// What the tasks of services write, by the services' names.
  package var logs: [String: [ModelLogLine]] = [:]
  /// The hosts' engines by the hosts' names.
  package internal(set) var engines: [String: ModelEngine] = [:]
  /// The latest time that was given.
  package internal(set) var now: Double
  var swarms: [String: ModelSwarm] = [:]
  var agenda = EventQueue()
  var ids: IDSource
  private var hostsByAddress: [String: String] = [:]

  /// A world without hosts.
  ///
  /// - Parameters:
  ///   - seed: what IDs are made of.
  ///   - now: the time, in seconds since 1970.
  package init(seed: UInt64, now: Double) {
    ids = IDSource(seed: seed)
    self.now = now
  }

  /// Adds a host, or puts another in its place.
  package func add(_ engine: ModelEngine) {
    engines[engine.host] = engine
    for address in engine.addresses { hostsByAddress[address] = engine.host }
    hostsByAddress[engine.hostname] = hostsByAddress[engine.hostname] ?? engine.host
  }

  /// Changes what a host is like.
  package func change(_ host: String, _ body: (inout ModelEngine) -> Void) {
    if engines[host] != nil { body(&engines[host]!) }
  }

  /// The host with that address or name.
  package func host(at address: String) -> String? { hostsByAddress[address] ?? engines[address].map(\.host) }

  /// Lets happen what is due by a time. A time before the latest one is the latest one.
  package func advance(to time: Double) {
    while let (due, entry) = agenda.take(until: time) {
      now = max(now, due)
      happen(entry)
    }
    now = max(now, time)
  }

  /// When something will happen next by itself; `nil` for never.
  package var nextChange: Double? { agenda.nextDue }

  private func happen(_ entry: EventQueue.Entry) {
    switch entry {
    case .taskStarts(let swarm, let task): start(task, in: swarm)
    case .taskEnds(let swarm, let task): end(task, in: swarm)
    case .networkGoes(let swarm, let network): swarms[swarm]?.networks[network] = nil
    case .nodeIsDown(let swarm, let node, let since): markDown(node, in: swarm, since: since)
    case .roleIsTaken(let swarm, let node): takeRole(node, in: swarm)
    }
  }

  // What calls are made of.

  /// The engine, when it answers at all.
  func engine(_ host: String) throws -> ModelEngine {
    guard let engine = engines[host], engine.isUp else { throw EngineRefusal(503, "the engine of \(host) is not up") }
    return engine
  }

  /// The swarm that an engine manages.
  ///
  /// - Parameter needsMajority: whether the managers must agree, as they must on all but what an engine knows itself.
  func managed(_ host: String, needsMajority: Bool = true) throws -> String {
    let engine = try engine(host)
    if engine.isLocked { throw EngineRefusal.locked }
    guard let membership = engine.membership else { throw EngineRefusal.noSwarm }
    guard membership.isManager else { throw EngineRefusal.notManager }
    if needsMajority, !hasMajority(membership.cluster) { throw EngineRefusal.noLeader }
    return membership.cluster
  }

  /// Whether a manager takes part in the agreement.
  func isReachable(_ node: ModelNode) -> Bool {
    guard let engine = engines[node.host], engine.isUp, !engine.isLocked else { return false }
    return engine.membership?.nodeID == node.id
  }

  func hasMajority(_ cluster: String) -> Bool {
    guard let swarm = swarms[cluster] else { return false }
    let reachable = swarm.members.count { swarm.nodes[$0].map(isReachable) == true }
    return reachable >= swarm.members.count / 2 + 1
  }

  /// Whether the swarm of an engine still needs its root certificate before it can be described.
  package func needsAuthority(_ host: String) -> Bool {
    guard let cluster = engines[host]?.membership?.cluster, let swarm = swarms[cluster] else { return false }
    return swarm.authority == nil
  }

  /// Gives the swarm of an engine its root certificate, if it has none.
  package func install(_ authority: ModelAuthority, for host: String) {
    guard needsAuthority(host), let cluster = engines[host]?.membership?.cluster else { return }
    swarms[cluster]?.install(authority)
  }

  /// The root certificate of an engine's swarm.
  package func authority(of host: String) -> ModelAuthority? {
    engines[host]?.membership.flatMap { swarms[$0.cluster]?.authority }
  }

  /// Whether the managers of an engine's swarm lock.
  package func isAutolocked(_ host: String) -> Bool {
    engines[host]?.membership.flatMap { swarms[$0.cluster]?.isAutolocked } == true
  }

  /// The managers that an engine knows, as it keeps them on its disk.
  package func knownManagers(_ host: String) -> Value {
    let swarm = engines[host]?.membership.flatMap { swarms[$0.cluster] }
    return .array(
      (swarm?.members.sorted() ?? []).compactMap { swarm?.nodes[$0] }.map {
        ["node_id": .string($0.id), "addr": .string("\($0.address):2377")]
      })
  }

  /// Whether an engine's swarm has the root certificate that it began with.
  package func hasFirstRoot(_ host: String) -> Bool {
    engines[host]?.membership.flatMap { swarms[$0.cluster] }.map { $0.rootCount <= 1 } == true
  }

  /// When an engine's certificate was issued, and for how many seconds from then on; `nil` for one in no swarm. Half of
  /// the time later it has renewed it.
  package func certificate(of host: String) -> (issuedAt: Double, lifetime: Double)? {
    guard let membership = engines[host]?.membership, let swarm = swarms[membership.cluster],
      let certificate = swarm.nodes[membership.nodeID]?.certificate
    else { return nil }
    guard now - certificate.issuedAt > certificate.lifetime / 2, leaderIsThere(swarm) else { return certificate }
    swarm.issueCertificate(to: membership.nodeID, at: now)
    return swarm.nodes[membership.nodeID]?.certificate
  }
}
