import Values

/// Takes a host out of its swarm.
package struct SwarmLeave: Sendable {
  private let engine: EngineClient
  private let limit: Duration

  /// - Parameters:
  ///   - engine: the engine of the host that leaves.
  ///   - limit: how long to wait until the engine has left.
  package init(engine: EngineClient, limit: Duration = .seconds(60)) {
    self.engine = engine
    self.limit = limit
  }

  /// Leaves, and returns when the engine is in no swarm; gives the node ID that stays behind as down, if there was one.
  ///
  /// A manager among others is demoted first, because a manager that just goes stays one of those of which more than
  /// half must be there (moby#30847). Where that can't be, the failure says why: it is the last manager, or the others
  /// would not be a majority.
  ///
  /// - Parameter force: also where that can't be, which ends a swarm of one manager.
  package func leave(force: Bool) async throws -> ChangeOutcome<String?> {
    let before = try await engine.info().swarm
    if before.state == .inactive { return .unchanged(nil) }
    if before.state == .active, before.isManager { try await demote(before.nodeID, force: force) }
    do {
      try await engine.leaveSwarm(force: force)
    } catch let failure as Failure
      where [.swarmNotPart, .engineConnectionLost, .engineTimeout].contains(failure.code)
    {
      // Another client was faster, or we lost sight of it: what counts is the resulting state.
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
      .swarmLeaveTimeout, "the host has not left its swarm after \(limit.words)", host: engine.host,
      cause: last.error.nonEmpty ?? "its state is \(last.state)", hint: "look at `docker info` on the host",
      isRetryable: true)
  }

  /// Makes the host a worker, through its own engine: a manager may demote itself.
  private func demote(_ id: String, force: Bool) async throws {
    // With force the host's own wish counts more than the others' majority; so no waiting for a leader.
    let own = Managers(engine, answerTimeout: force ? .zero : .seconds(60))
    do {
      _ = try await SwarmRole(managers: own).set(.worker, ofNode: id)
    } catch var failure as Failure {
      if force, !failure.isRetryable || Managers.isOfManager(failure) { return }
      if failure.code == .swarmLastManager {
        failure.message = "this is the last manager of the swarm, and the swarm ends when it leaves"
        failure.hint = "promote another node first; leaving with force erases the swarm"
      }
      throw failure
    }
    _ = try await SwarmRole.taken(.worker, by: engine, limit: limit)
  }
}
