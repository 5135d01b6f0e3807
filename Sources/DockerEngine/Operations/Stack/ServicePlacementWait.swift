import Concurrency
import Values

/// Waits until a service runs on certain nodes, and on certain others no more: after labels were changed.
///
/// How often a service runs does not tell that: a global service counts as complete until the managers have made a task
/// for a node that has just got its label.
package struct ServicePlacementWait: Sendable {
  private let managers: Managers
  private let limit: Duration
  private let stuckTimeout: Duration
  private let names: @Sendable () async -> [String: String]

  /// - Parameters:
  ///   - managers: managers of the service's swarm.
  ///   - limit: how long to wait at all.
  ///   - stuckTimeout: how long to wait when no task is on its way to where the service is to run, or when nothing but
  ///     errors that do not go away by themselves prevent it.
  ///   - names: asked when it fails: what nodes are called, by node ID; the host names of others.
  package init(
    managers: Managers, limit: Duration = .seconds(180), stuckTimeout: Duration = .seconds(15),
    names: @escaping @Sendable () async -> [String: String] = { [:] }
  ) {
    self.names = names
    self.managers = managers
    self.limit = limit
    self.stuckTimeout = stuckTimeout
  }

  /// Returns when the service runs where it should run.
  ///
  /// - Parameters:
  ///   - name: its name, with the stack's before it, or its ID.
  ///   - on: the IDs of nodes on each of which it is to run.
  ///   - off: the engines on which nothing of it is to run, by their node IDs. They are asked themselves: the managers
  ///     count a task as rejected as soon as its node has lost the label, while its container still runs.
  ///   - isSettled: whether all its tasks must run, too.
  ///   - progress: called with what is still waited for, whenever that changed.
  /// - Throws: `service.not_scheduled` when the managers make no task for it although it does not run there
  ///   (moby#31014); `service.not_converged`, or the code of what prevents it.
  package func wait(
    service name: String, on: Set<String>, off: [String: EngineClient], isSettled: Bool,
    progress: (@Sendable (String) async -> Void)? = nil
  ) async throws -> ServiceUpdateProgress {
    let clock = ContinuousClock()
    var last: Look?
    var stuckSince: ContinuousClock.Instant?
    let end: Bool? = try await Polling(first: .milliseconds(100), longest: .milliseconds(300), limit: limit).until {
      let now = try await look(at: name, on: on, off: off, isSettled: isSettled)
      if now.isReached { return true }
      if now.words != last?.words { await progress?(now.words) }
      if now != last { stuckSince = nil }
      last = now
      guard now.isForgotten || now.isHopeless else {
        stuckSince = nil
        return nil
      }
      guard let since = stuckSince else {
        stuckSince = clock.now
        return nil
      }
      return clock.now - since >= stuckTimeout ? false : nil
    }
    if end == true { return try await look(at: name, on: on, off: off, isSettled: isSettled).progress }
    try Task.checkCancellation()
    guard let last else { preconditionFailure("polling looks at least once") }
    throw await failure(last, isOver: end == nil)
  }

  /// What was found at one time.
  private struct Look: Equatable {
    var progress: ServiceUpdateProgress
    /// The nodes on which it does not run yet.
    var missing: Set<String>
    /// Those on which something of it still is.
    var leaving: Set<String>
    var isReached: Bool
    /// Whether no task is on its way to where it is missing.
    var isForgotten: Bool
    /// Whether what is on its way has met an error that does not go away by itself.
    var isHopeless: Bool
    /// What is waited for.
    var words: String
  }

  private func look(
    at name: String, on: Set<String>, off: [String: EngineClient], isSettled: Bool
  ) async throws -> Look {
    let (service, tasks) = try await managers.read { engine in
      let service = try await engine.service(name)
      return (service, try await engine.tasks(["service": [service.id]]))
    }
    let progress = ServiceUpdateProgress(service: service, tasks: tasks)
    let missing = on.subtracting(progress.nodeIDs)
    let leaving = try await leaving(service, off).union(
      tasks.filter { !$0.state.isTerminal }.compactMap(\.nodeID).filter { off[$0] != nil })
    let isSettledNow = !isSettled || progress.isConverged
    let coming = tasks.filter { $0.desiredState <= .running && $0.state < .running }
    // An update that is watched for a while has nothing more to start.
    let isAwaited = !missing.isEmpty || (isSettled && progress.running < progress.wanted)
    // A task without a node may be for any of them.
    let awaitedTasks = coming.filter { $0.nodeID.map { missing.isEmpty || missing.contains($0) } ?? true }
    return Look(
      progress: progress, missing: missing, leaving: leaving,
      isReached: missing.isEmpty && leaving.isEmpty && isSettledNow,
      isForgotten: isAwaited && awaitedTasks.isEmpty && leaving.isEmpty,
      // What ends takes its time; only what does not come can be without hope.
      isHopeless: isAwaited && leaving.isEmpty && progress.isHopeless
        && !awaitedTasks.contains { $0.error.isEmpty },
      words: "\(service.name): runs \(progress.running) of \(progress.wanted)"
        + (missing.isEmpty ? "" : ", not yet where it should run")
        + (leaving.isEmpty ? "" : ", still where it should end"))
  }

  /// The nodes on which a container of the service still runs.
  private func leaving(_ service: SwarmService, _ off: [String: EngineClient]) async throws -> Set<String> {
    let nodes = try await mapConcurrently(off) { node, engine -> String? in
      let containers = try await engine.containers(.label("com.docker.swarm.service.id", service.id))
      return containers.isEmpty ? nil : node
    }
    return Set(nodes.compactMap(\.self))
  }

  private func failure(_ last: Look, isOver: Bool) async -> Failure {
    let progress = last.progress
    if last.isForgotten {
      return Failure(
        .serviceNotScheduled, "the swarm starts no task of \(progress.name) where it may run now", host: managers.host,
        cause: progress.problems.isEmpty ? nil : progress.problems.joined(separator: "; "),
        hint: "restart it: docker service update --force \(progress.name)", isRetryable: true)
    }
    if last.missing.isEmpty && !last.leaving.isEmpty {
      return Failure(
        .serviceNotConverged, "\(progress.name) has not ended after \(limit.words) where it must not run any more",
        host: managers.host, cause: "it is still on \(last.leaving.sorted().joined(separator: ", "))",
        hint: "look at `docker service ps \(progress.name) --no-trunc`", isRetryable: true)
    }
    // What can't be found out about the tasks leaves their own words.
    let findings = try? await TaskInquiry(managers: managers.waiting(atMost: .zero), names: names()).findings(
      services: [
        progress.name
      ])
    var failure = progress.failure(manager: managers.host, findings: findings ?? [])
    if isOver { failure.message += " after \(limit.words)" }
    return failure
  }
}
