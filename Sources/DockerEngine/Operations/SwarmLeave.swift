import Values

/// Takes a host out of its swarm.
public struct SwarmLeave: Sendable {
  private let engine: EngineClient
  private let limit: Duration

  /// - Parameters:
  ///   - engine: the engine of the host that leaves.
  ///   - limit: how long to wait until the engine has left.
  public init(engine: EngineClient, limit: Duration = .seconds(60)) {
    self.engine = engine
    self.limit = limit
  }

  /// Leaves, and returns when the engine is in no swarm; gives the node ID that stays behind as down, if there was one.
  ///
  /// - Parameter force: also as a manager, which ends a swarm of one node.
  public func leave(force: Bool) async throws -> ChangeOutcome<String?> {
    let before = try await engine.info().swarm
    if before.state == .inactive { return .unchanged(nil) }
    do {
      try await engine.leaveSwarm(force: force)
    } catch let failure as Failure
      where [.swarmNotPart, .engineConnectionLost, .engineTimeout].contains(failure.code)
    {
      // Somebody else was faster, or we lost sight of it: what counts is the state that comes of it.
    }
    var last = before
    let hasLeft: Bool? = try await Polling(limit: limit).until {
      guard let now = try? await engine.info().swarm else { return nil }
      last = now
      return now.state == .inactive ? true : nil
    }
    if hasLeft != nil { return .changed(before.nodeID.nonEmpty) }
    try Task.checkCancellation()
    throw Failure(
      .swarmLeaveTimeout, "the host has not left its swarm after \(limit)", host: engine.host,
      cause: last.error.nonEmpty ?? "its state is \(last.state)", hint: "look at `docker info` on the host",
      isRetryable: true)
  }
}
