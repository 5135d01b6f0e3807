import Values

/// Unlocks a manager whose engine was restarted in a swarm that locks.
package struct SwarmUnlock: Sendable {
  private let engine: EngineClient
  private let limit: Duration

  /// - Parameters:
  ///   - engine: the engine of the manager.
  ///   - limit: how long to wait until it answers for the swarm again.
  package init(engine: EngineClient, limit: Duration = .seconds(60)) {
    self.engine = engine
    self.limit = limit
  }

  /// Hands the key over, and returns when the manager is an active member again. One that is not locked is left as it is.
  package func unlock(key: Secret) async throws -> ChangeOutcome<SwarmMembership> {
    // An engine that has just started may not know yet whether it is locked.
    let before = try await Polling(longest: .milliseconds(500), limit: limit).until {
      let swarm = try await engine.info().swarm
      return swarm.state == .pending ? nil : swarm
    }
    guard let before else { throw late("pending") }
    switch before.state {
    case .active: return .unchanged(before)
    case .locked: break
    default:
      throw Failure(
        .swarmNotLocked, "the swarm on this host is not locked but \(before.state)", host: engine.host,
        cause: before.error.nonEmpty, hint: "look at `docker info` on the host")
    }
    do {
      try await engine.unlockSwarm(key: key)
    } catch let failure as Failure where failure.leavesDoubt || failure.code == .swarmNotLocked {
      // What counts is the state that comes of it.
    }
    var last = before
    let after: SwarmMembership? = try await Polling(longest: .milliseconds(500), limit: limit).until {
      let now: SwarmMembership
      do { now = try await engine.info().swarm } catch let failure as Failure where failure.isRetryable { return nil }
      last = now
      return now.state == .active ? now : nil
    }
    guard let after else { throw late(last.error.nonEmpty ?? "\(last.state)") }
    return .changed(after)
  }

  private func late(_ state: String) -> Failure {
    Failure(
      .nodeNotReady, "the manager is not active \(limit.words) after it was unlocked", host: engine.host, cause: state,
      hint: "look at `docker info` on the host", isRetryable: true)
  }
}
