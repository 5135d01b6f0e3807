import Values

/// Waits until all services of a stack run as often as they should.
///
/// The engine sends no events for tasks, so it looks again and again. A task counts when it is running, which it is
/// only after its container passed its health check, if it has one.
package struct StackConvergence: Sendable {
  private var managers: Managers
  private let limit: Duration
  private let stuckTimeout: Duration
  private let steadiness: Duration
  private let names: @Sendable () async -> [String: String]

  /// - Parameters:
  ///   - manager: a manager of the stack's swarm.
  ///   - limit: how long to wait at all.
  ///   - stuckTimeout: how long to wait when only errors that do not go away by themselves prevent it, such
  ///     as a constraint that no node meets.
  ///   - steadiness: how long the tasks of a service must keep running when earlier ones ended by themselves, and no
  ///     health check shows that they are well.
  ///   - names: asked when it fails: what nodes are called, by node ID; the host names of others.
  package init(
    managers: Managers, limit: Duration = .seconds(180), stuckTimeout: Duration = .seconds(15),
    steadiness: Duration = .seconds(3), names: @escaping @Sendable () async -> [String: String] = { [:] }
  ) {
    self.names = names
    self.managers = managers
    self.limit = limit
    self.stuckTimeout = stuckTimeout
    self.steadiness = steadiness
  }

  /// Returns when every service of the stack runs as wanted.
  ///
  /// - Parameter progress: called whenever a service's state changed.
  /// - Throws: `stack.not_converged` with one related failure per service and the tasks' own errors as causes, or
  ///   `stack.absent`.
  package func wait(
    stack: String, progress: (@Sendable ([ServiceUpdateProgress]) async -> Void)? = nil
  ) async throws -> [ServiceUpdateProgress] {
    let pinned = try await ofOneSwarm()
    return try await pinned.wait(for: "the stack \(stack)", progress) {
      let now = try await pinned.look(at: stack)
      if now.isEmpty {
        throw Failure(
          .stackAbsent, "there is no service of a stack named \(stack)", host: managers.host,
          hint: "deploy the stack first: docker stack deploy")
      }
      return now
    }
  }

  /// Returns when one service runs as wanted.
  ///
  /// - Parameter name: its name, with the stack's before it, or its ID.
  package func wait(
    service name: String, progress: (@Sendable ([ServiceUpdateProgress]) async -> Void)? = nil
  ) async throws -> ServiceUpdateProgress {
    let pinned = try await ofOneSwarm(), managers = pinned.managers
    let service = try await managers.read { try await $0.service(name) }
    return try await pinned.wait(for: service.name, progress) {
      async let tasks = managers.read { try await $0.tasks(["service": [service.id]]) }
      let now = try await managers.read { try await $0.service(service.id) }
      return [ServiceUpdateProgress(service: now, tasks: try await tasks)]
    }[0]
  }

  /// All questions are about one swarm, and wait for its leader no longer than for the rest.
  private func ofOneSwarm() async throws -> StackConvergence {
    var pinned = self
    pinned.managers = try await managers.waiting(atMost: limit).ofOneSwarm()
    return pinned
  }

  private func wait(
    for what: String, _ progress: (@Sendable ([ServiceUpdateProgress]) async -> Void)?,
    _ look: () async throws -> [ServiceUpdateProgress]
  ) async throws -> [ServiceUpdateProgress] {
    let clock = ContinuousClock()
    var last: [ServiceUpdateProgress] = []
    var stuckSince: ContinuousClock.Instant?
    var open: [ServiceUpdateProgress] = []
    var runningSince: [String: ContinuousClock.Instant] = [:]
    let isOver: Bool? = try await Polling(first: .milliseconds(100), longest: .milliseconds(300), limit: limit).until {
      let now = try await look()
      if now != last { await progress?(now) }
      if now.map(\.running) != last.map(\.running) { stuckSince = nil }
      last = now
      let time = clock.now
      let running = now.reduce(into: Set<String>()) { $0.formUnion($1.runningIDs) }
      runningSince = Dictionary(uniqueKeysWithValues: running.map { ($0, runningSince[$0] ?? time) })
      open = now.filter { service in
        let isSteady = service.runningIDs.allSatisfy { time - (runningSince[$0] ?? time) >= steadiness }
        return !service.isConverged || (service.isSuspect && !isSteady)
      }
      if open.isEmpty { return true }
      // What works on its own behalf is waited for, even beside something hopeless.
      guard open.allSatisfy({ $0.isHopeless && !$0.isConverged }) else {
        stuckSince = nil
        return nil
      }
      if let since = stuckSince { return time - since >= stuckTimeout ? false : nil }
      stuckSince = time
      return nil
    }
    if isOver == true { return last }
    throw await failure(what, open, of: last.count, isHopeless: isOver != nil)
  }

  /// How far the services of a stack are now.
  package func look(at stack: String) async throws -> [ServiceUpdateProgress] {
    async let services = managers.read { try await $0.services(.stack(stack)) }
    async let tasks = managers.read { try await $0.tasks(.stack(stack)) }
    let byService = Dictionary(grouping: try await tasks, by: \.serviceID)
    return try await services.map { ServiceUpdateProgress(service: $0, tasks: byService[$0.id] ?? []) }
      .sorted { $0.name < $1.name }
  }

  private func failure(
    _ what: String, _ open: [ServiceUpdateProgress], of count: Int, isHopeless: Bool
  ) async -> Failure {
    // What can't be found out about the tasks leaves their own words.
    let findings =
      (try? await TaskInquiry(managers: managers.waiting(atMost: .zero), names: names()).findings(
        services: Set(open.map(\.name)))) ?? []
    let byService = Dictionary(grouping: findings, by: \.service)
    let found = open.map { $0.failure(manager: managers.host, findings: byService[$0.name] ?? []) }
    let after = isHopeless ? "" : " after \(limit.words)"
    return Failure(
      .stackNotConverged,
      count == 1
        ? "\(what) does not run as it should\(after)"
        : "\(open.count) of \(count) services of \(what) do not run as they should\(after)",
      host: managers.host,
      cause: open.map { "\($0.name) \($0.running)/\($0.wanted)" }.joined(separator: ", "),
      hint: found.count == 1 ? found[0].hint : "see what each service says",
      isRetryable: found.contains(where: \.isRetryable), related: found)
  }
}
