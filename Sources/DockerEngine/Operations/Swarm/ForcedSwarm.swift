import Values

/// Makes a manager that has lost the others the only one of its swarm: the last resort, by a person's decision.
package struct ForcedSwarm: Sendable {
  private let engine: EngineClient
  private let answerTimeout: Duration

  /// - Parameters:
  ///   - engine: the engine of the manager that is left.
  ///   - answerTimeout: how long there must be no leader. It is longer than an election, during which there is none either.
  package init(engine: EngineClient, answerTimeout: Duration = .seconds(30)) {
    self.engine = engine
    self.answerTimeout = answerTimeout
  }

  /// What a person must have agreed to, word for word.
  package static func confirmation(for host: String) -> String {
    "the other managers of \(host) are lost for good"
  }

  /// Continues the swarm as its only manager, and gives the node ID. One that is the only manager already is left as
  /// it is. Refused while the managers agree (`swarm.has_leader`): then each can be demoted and removed in good order.
  ///
  /// - Parameters:
  ///   - confirmed: ``confirmation(for:)`` of this host.
  ///   - advertise: the address that other nodes reach this host at; needed where it has several.
  package func begin(confirmed: String, advertise: String? = nil) async throws -> ChangeOutcome<String> {
    let wanted = Self.confirmation(for: engine.host)
    guard confirmed == wanted else {
      throw Failure(
        .swarmNotConfirmed, "a new cluster is forced only after it was confirmed in the exact words", host: engine.host,
        cause: "given: \(confirmed)", hint: "have a person approve it, then give: \(wanted)")
    }
    let info = try await engine.info()
    // A manager whose engine was restarted without the others is pending: it waits for a leader.
    guard [.active, .pending].contains(info.swarm.state), info.swarm.isManager else {
      throw Failure(
        .engineNotSwarmManager, "only a manager can continue its swarm, and this host is not one", host: engine.host,
        cause: info.swarm.error.nonEmpty ?? "its state is \(info.swarm.state)",
        hint: info.swarm.state == .locked ? "unlock it first: docker swarm unlock" : "choose a manager that is left")
    }
    if let nodes = try await nodesIfAgreed() {
      let managers = nodes.filter { $0.manager != nil }
      if managers.count == 1 { return .unchanged(info.swarm.nodeID) }
      throw Failure(
        .swarmHasLeader, "the managers agree, so there is nothing to force", host: engine.host,
        cause: "reachable: "
          + managers.filter { $0.manager?.isReachable == true }.map(\.hostname).sorted().joined(separator: ", "),
        hint: "demote and remove those that are gone, one after the other: docker node demote, docker node rm")
    }
    var request = NewSwarm()
    request.advertise = advertise
    request.isForced = true
    do {
      return .changed(try await engine.initializeSwarm(request))
    } catch let failure as Failure where failure.leavesDoubt {
      // The engine restarts its part in the swarm, and it takes a while until that is seen.
      let own = Managers(engine)
      guard SwarmQuorum(try await own.read { try await $0.nodes() }).managers == 1 else { throw failure }
      return .changed(info.swarm.nodeID)
    }
  }

  private func nodesIfAgreed() async throws -> [SwarmNode]? {
    do {
      return try await Managers(engine, answerTimeout: answerTimeout).read { try await $0.nodes() }
    } catch let failure as Failure where Managers.isMomentary(failure) {
      return nil
    }
  }
}
