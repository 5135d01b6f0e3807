import Values

/// Begins a swarm on a host.
public struct SwarmInit: Sendable {
  private let engine: EngineClient

  /// - Parameter engine: the engine of the host that becomes the first manager.
  public init(engine: EngineClient) { self.engine = engine }

  /// Makes the host the manager of a new swarm, and gives its node ID. A host that manages a swarm already is left as it
  /// is, whatever that swarm's settings are; one that is a worker in another swarm is a failure.
  public func begin(_ request: NewSwarm) async throws -> ChangeOutcome<String> {
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
