import Values

/// Waits until all services of a stack run as often as they should.
///
/// The engine sends no events for tasks, so it looks again and again. A task counts when it is running, which it is only
/// after its container passed its health check, if it has one.
public struct Convergence: Sendable {
  private let manager: EngineClient
  private let limit: Duration
  private let patience: Duration
  private let steadiness: Duration

  /// - Parameters:
  ///   - manager: a manager of the stack's swarm.
  ///   - limit: how long to wait at all.
  ///   - patience: how long to wait when nothing but errors that do not mend themselves stand in the way, such as a
  ///     constraint that no node meets.
  ///   - steadiness: how long the tasks of a service must go on running when earlier ones ended by themselves, and no
  ///     health check tells that they are well.
  public init(
    manager: EngineClient, limit: Duration = .seconds(180), patience: Duration = .seconds(15),
    steadiness: Duration = .seconds(3)
  ) {
    self.manager = manager
    self.limit = limit
    self.patience = patience
    self.steadiness = steadiness
  }

  /// Returns when every service of the stack runs as wanted.
  ///
  /// - Parameter progress: told whenever a service's state changed.
  /// - Throws: `stack.not_converged` with one related failure per service and the tasks' own errors as causes, or
  ///   `stack.absent`.
  public func wait(
    stack: String, progress: (@Sendable ([ServiceProgress]) async -> Void)? = nil
  ) async throws -> [ServiceProgress] {
    let clock = ContinuousClock()
    var last: [ServiceProgress] = []
    var stuckSince: ContinuousClock.Instant?
    var open: [ServiceProgress] = []
    var runningSince: [String: ContinuousClock.Instant] = [:]
    let isOver: Bool? = try await Polling(first: .milliseconds(100), longest: .milliseconds(300), limit: limit).until {
      let now = try await look(at: stack)
      if now.isEmpty {
        throw Failure(
          .stackAbsent, "there is no service of a stack named \(stack)", host: manager.host,
          hint: "deploy the stack first: docker stack deploy")
      }
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
      if let since = stuckSince { return time - since >= patience ? false : nil }
      stuckSince = time
      return nil
    }
    if isOver == true { return last }
    throw failure(stack, open, of: last.count, isHopeless: isOver != nil)
  }

  /// How far the services of a stack are now.
  public func look(at stack: String) async throws -> [ServiceProgress] {
    async let services = manager.services(.stack(stack))
    async let tasks = manager.tasks(.stack(stack))
    let byService = Dictionary(grouping: try await tasks, by: \.serviceID)
    return try await services.map { ServiceProgress(service: $0, tasks: byService[$0.id] ?? []) }
      .sorted { $0.name < $1.name }
  }

  private func failure(_ stack: String, _ open: [ServiceProgress], of count: Int, isHopeless: Bool) -> Failure {
    let found = open.map { $0.failure(host: manager.host) }
    return Failure(
      .stackNotConverged,
      "\(open.count) of \(count) services of the stack \(stack) do not run as they should"
        + (isHopeless ? "" : " after \(limit)"),
      host: manager.host,
      cause: open.map { "\($0.name) \($0.running)/\($0.wanted)" }.joined(separator: ", "),
      hint: found.count == 1 ? found[0].hint : "see what each service says; docker stack ps \(stack) --no-trunc",
      isRetryable: found.contains(where: \.isRetryable), related: found)
  }
}
