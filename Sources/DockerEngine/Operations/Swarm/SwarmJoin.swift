import Values

/// Brings a host into a swarm.
package struct SwarmJoin: Sendable {
  private let engine: EngineClient
  private let managers: Managers?
  private let limit: Duration

  /// - Parameters:
  ///   - engine: the engine of the host that joins.
  ///   - managers: the managers of the swarm, asked whether the host is a member already; without them, that is decided
  ///     by the managers' addresses that the host knows.
  ///   - limit: how long to wait for a join that goes on in the background.
  package init(engine: EngineClient, managers: Managers?, limit: Duration = .seconds(90)) {
    self.engine = engine
    self.managers = managers
    self.limit = limit
  }

  /// Joins, and returns the host's node ID when it is an active member.
  ///
  /// It looks first: a member is left as it is, a member of another swarm is a failure (`swarm.other_swarm`). After a
  /// timeout or a lost connection it looks again until the engine has joined or given up, because a second join could
  /// register the node twice (moby#24228).
  ///
  /// - Parameters:
  ///   - address: a manager's address with the port: `10.77.0.1:2377`.
  ///   - token: what says which swarm and which role.
  ///   - advertise: the address that other nodes reach this host at; needed where it has several.
  ///   - listen: where it listens if it becomes a manager.
  ///   - dataPath: the address for the traffic between containers; the advertised one by default.
  package func join(
    address: String, token: Secret, advertise: String? = nil, listen: String = "0.0.0.0:2377", dataPath: String? = nil
  ) async throws -> ChangeOutcome<String> {
    let membership = try await engine.info().swarm
    switch membership.state {
    case .inactive: break
    case .locked:
      throw Failure(
        .swarmLocked, "the swarm on this host is locked", host: engine.host,
        hint: "unlock it or leave it first: docker swarm unlock, or docker swarm leave --force")
    case .active:
      try await checkSame(membership, address: address)
      return .unchanged(membership.nodeID)
    case .pending:
      // A join of an earlier attempt goes on.
      if let id = try await settled(address: address) { return .changed(id) }
    default:
      // What has a node ID was a member: to leave could destroy a manager's store, so a person decides.
      guard membership.nodeID.isEmpty else { throw failed(membership.error) }
      try await engine.leaveSwarm(force: true)
    }
    do {
      try await engine.joinSwarm(
        managers: [address], token: token, listen: listen, advertise: advertise, dataPath: dataPath)
    } catch let failure as Failure where Self.leavesInDoubt(failure) {
      if let id = try await settled(address: address) { return .changed(id) }
      throw failure
    }
    guard let id = try await settled(address: address) else {
      throw Failure(.swarmJoinFailed, "the engine joined and left again", host: engine.host, isRetryable: true)
    }
    return .changed(id)
  }

  /// Whether the host is an active member of the swarm that `managers` manage, or that has a manager at `address`.
  package func isMember(address: String) async throws -> Bool {
    let membership = try await engine.info().swarm
    guard membership.state == .active else { return false }
    return try await isSame(membership, address: address)
  }

  /// After these the engine may still join.
  private static func leavesInDoubt(_ failure: Failure) -> Bool {
    [.swarmJoinTimeout, .engineConnectionLost, .engineTimeout, .swarmAlreadyPart].contains(failure.code)
  }

  /// The node ID once the engine is active in the right swarm; `nil` when it is in none.
  private func settled(address: String) async throws -> String? {
    enum End { case joined(SwarmMembership), none, failed(String) }
    var last: SwarmMembership?
    let end: End? = try await Polling(longest: .milliseconds(500), limit: limit).until {
      let now: SwarmMembership
      do { now = try await engine.info().swarm } catch let failure as Failure where failure.isRetryable { return nil }
      last = now
      return switch now.state {
      case .active where !now.nodeID.isEmpty: .joined(now)
      case .inactive: End.none
      case .error: .failed(now.error)
      default: nil
      }
    }
    switch end {
    case .joined(let membership):
      try await checkSame(membership, address: address)
      return membership.nodeID
    case .some(.none): return nil
    case .failed(let words): throw failed(words)
    case nil:
      // Without a node ID the swarm does not know the host yet: nothing is lost, and the next try starts fresh.
      if last?.nodeID.isEmpty == true { try await engine.leaveSwarm(force: true) }
      throw Failure(
        .swarmJoinTimeout, "the host has not joined the swarm after \(limit.words)", host: engine.host,
        cause: last.flatMap { $0.error.nonEmpty ?? "its state is \($0.state)" },
        hint: "check that TCP 2377 of \(address) can be reached from the host",
        isRetryable: true)
    }
  }

  /// What the engine says of a join, or of a membership, that failed.
  private func failed(_ words: String) -> Failure {
    var failure =
      KnownProblem.recognise(words, of: .engine)?.failure(cause: words)
      ?? Failure(
        .swarmJoinFailed, "the engine's part in a swarm has failed", cause: words,
        hint: "look at `docker info` on the host; give up that membership with docker swarm leave --force")
    failure.host = engine.host
    return failure
  }

  private func checkSame(_ membership: SwarmMembership, address: String) async throws {
    if try await isSame(membership, address: address) { return }
    throw Failure(
      .swarmOtherSwarm, "the host is in another swarm than that of \(address)", host: engine.host,
      cause: "its managers are " + membership.managers.map(\.address).joined(separator: ", "),
      hint: "let it leave that swarm first: docker swarm leave")
  }

  /// A worker does not know its swarm's ID, so that alone does not do.
  private func isSame(_ membership: SwarmMembership, address: String) async throws -> Bool {
    guard let managers else { return membership.managers.contains { $0.address == address } }
    if let own = membership.clusterID { return try await own == managers.read { try await $0.swarm() }.id }
    return try await NodeLookup(managers: managers).node(membership.nodeID) != nil
  }
}

/// Begins a swarm on a host.
package struct SwarmInit: Sendable {
  private let engine: EngineClient

  /// - Parameter engine: the engine of the host that becomes the first manager.
  package init(engine: EngineClient) { self.engine = engine }

  /// Makes the host the manager of a new swarm, and gives its node ID. A host that manages a swarm already is left as it
  /// is, whatever that swarm's settings are; one that is a worker in another swarm is a failure.
  package func begin(_ request: NewSwarm) async throws -> ChangeOutcome<String> {
    try request.settings.check()
    let swarm = try await engine.info().swarm
    if swarm.state == .active && swarm.isManager { return .unchanged(swarm.nodeID) }
    do {
      return .changed(try await engine.initializeSwarm(request))
    } catch let failure as Failure where failure.leavesDoubt || failure.code == .swarmAlreadyPart {
      // A request of which the answer was lost, this one or an earlier one.
      let now = try await engine.info().swarm
      if now.state == .active && now.isManager { return .changed(now.nodeID) }
      throw failure
    }
  }
}
