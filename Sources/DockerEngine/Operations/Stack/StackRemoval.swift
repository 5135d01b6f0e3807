import Concurrency
import Values

/// Removes a stack, and returns when nothing of it is left: `docker stack rm` returns before the work is done.
///
/// The order is services, then what they used, then, after the last task has ended, networks: a network removed under
/// its tasks leaks addresses (moby#37338), and one removed too early is refused or comes back (moby#23302, #29293).
package struct StackRemoval: Sendable {
  private var managers: Managers
  private let taskLimit: Duration
  private let networkLimit: Duration

  /// - Parameters:
  ///   - manager: a manager of the stack's swarm.
  ///   - taskLimit: how long its tasks may take to end. A service's own grace period is 10 seconds unless it says else.
  ///   - networkLimit: how long its networks may take to go after that.
  package init(
    managers: Managers, taskLimit: Duration = .seconds(180), networkLimit: Duration = .seconds(60)
  ) {
    self.managers = managers
    self.taskLimit = taskLimit
    self.networkLimit = networkLimit
  }

  /// The names of what was removed.
  package struct Removed: Sendable, Hashable {
    /// Services.
    package var services: [String]
    /// Secrets.
    package var secrets: [String]
    /// Configurations.
    package var configs: [String]
    /// Networks.
    package var networks: [String]

    /// From names.
    package init(services: [String] = [], secrets: [String] = [], configs: [String] = [], networks: [String] = []) {
      self.services = services
      self.secrets = secrets
      self.configs = configs
      self.networks = networks
    }
  }

  /// Removes everything that carries the stack's label. Nothing there is `unchanged`.
  package func remove(_ stack: String) async throws -> ChangeOutcome<Removed> {
    var pinned = self
    pinned.managers = try await managers.waiting(atMost: taskLimit).ofOneSwarm()
    return try await pinned.removeParts(of: stack)
  }

  private func removeParts(of stack: String) async throws -> ChangeOutcome<Removed> {
    let parts = try await Parts(of: stack, at: managers)
    if parts.isEmpty { return .unchanged(Removed()) }

    try await each(parts.services.map(\.id)) { id in
      try await managers.read { try await $0.removeService(id) }
    }
    async let secrets: Void = each(parts.secrets.map(\.id)) { id in
      try await managers.read { try await $0.removeSecret(id) }
    }
    async let configs: Void = each(parts.configs.map(\.id)) { id in
      try await managers.read { try await $0.removeConfig(id) }
    }
    _ = try await (secrets, configs)
    try await waitForTasks(of: stack)
    try await each(parts.networks.map(\.id)) { try await removeNetwork($0) }
    try await waitUntilNothingIsLeft(of: stack)
    return .changed(
      Removed(
        services: parts.services.map(\.name).sorted(), secrets: parts.secrets.map(\.name).sorted(),
        configs: parts.configs.map(\.name).sorted(), networks: parts.networks.map(\.name).sorted()))
  }

  /// Runs `action` for all at once. What is gone already is as good as removed.
  private func each(_ ids: [String], _ action: @escaping @Sendable (String) async throws -> Void) async throws {
    // One that fails ends none of the others: what is asked of the engine then does not depend on their order.
    let results = await mapConcurrently(ids) { id -> Result<Void, any Error> in
      do { return .success(try await action(id)) } catch let failure as Failure where failure.code == .engineNotFound {
        return .success(())
      } catch { return .failure(error) }
    }
    for result in results { try result.get() }
  }

  /// Waits until no task of the stack runs any more.
  private func waitForTasks(of stack: String) async throws {
    var last: [SwarmTask] = []
    let hasEnded: Bool? = try await Polling(longest: .milliseconds(150), limit: taskLimit).until {
      last = try await Parts.endingTasks(of: stack, at: managers).filter { !$0.state.isTerminal }
      return last.isEmpty ? true : nil
    }
    if hasEnded == nil { throw leftover(stack, tasks: last, after: taskLimit) }
  }

  private func removeNetwork(_ id: String) async throws {
    var refusal: Failure?
    let isRemoved: Bool? = try await Polling(first: .milliseconds(50), longest: .seconds(1), limit: networkLimit).until
    {
      do {
        try await managers.read { try await $0.removeNetwork(id) }
        return true
      } catch let failure as Failure where failure.code == .networkActiveEndpoints {
        refusal = failure
        return nil
      }
    }
    if isRemoved == nil { throw await attached(id, cause: refusal?.cause) }
  }

  private func waitUntilNothingIsLeft(of stack: String) async throws {
    var last: Parts?
    let isGone: Bool? = try await Polling(longest: .milliseconds(100), limit: networkLimit).until {
      let parts = try await Parts(of: stack, at: managers)
      last = parts
      return parts.isEmpty ? true : nil
    }
    guard isGone == nil, let last else { return }
    if last.services.isEmpty, last.secrets.isEmpty, last.configs.isEmpty, last.tasks.isEmpty,
      let network = last.networks.first
    {
      throw await attached(network.id, cause: nil)
    }
    var failure = leftover(stack, tasks: last.tasks, after: networkLimit)
    failure.cause = "left: " + (last.names + [failure.cause].compactMap { $0 }).joined(separator: ", ")
    throw failure
  }

  private func leftover(_ stack: String, tasks: [SwarmTask], after limit: Duration) -> Failure {
    Failure(
      .stackNotRemoved, "the stack \(stack) is not gone after \(limit.words)", host: managers.host,
      cause: tasks.map { task in
        "task \(task.id) on node \(task.nodeID ?? "none") is \(task.state.rawValue)"
          + (task.error.nonEmpty.map { ": \($0)" } ?? "")
      }.joined(separator: "; ").nonEmpty,
      hint: "look at `docker stack ps \(stack)`; a node that is gone for good holds its tasks until it is removed",
      isRetryable: true)
  }

  /// Who is still attached to the network, for the person who must stop it.
  private func attached(_ id: String, cause: String?) async -> Failure {
    let network = try? await managers.read { try await $0.network(id) }
    let endpoints = network?.endpoints.map { "\($0.name) at \($0.address)" } ?? []
    return Failure(
      .networkActiveEndpoints,
      "the network \(network?.name ?? id) can't be removed: something is still attached to it", host: managers.host,
      cause: endpoints.isEmpty ? cause : "attached: " + endpoints.joined(separator: ", "),
      hint: "stop what is attached to it (docker network inspect \(network?.name ?? id)), then try again",
      isRetryable: true)
  }
}

/// What carries a stack's label.
private struct Parts: Sendable {
  let services: [SwarmService]
  let secrets: [StackPart]
  let configs: [StackPart]
  let networks: [EngineNetwork]
  let tasks: [SwarmTask]

  init(of stack: String, at managers: Managers) async throws {
    async let services = managers.read { try await $0.services(.stack(stack)) }
    async let secrets = managers.read { try await $0.secrets(.stack(stack)) }
    async let configs = managers.read { try await $0.configs(.stack(stack)) }
    async let networks = managers.read { try await $0.networks(.stack(stack)) }
    async let tasks = Self.endingTasks(of: stack, at: managers)
    (self.services, self.secrets, self.configs) = try await (services, secrets, configs)
    (self.networks, self.tasks) = try await (networks, tasks)
  }

  /// The stack's tasks, without those that can't be ended: the managers keep a task of a node that is down until the
  /// node comes back or a day has passed.
  static func endingTasks(of stack: String, at managers: Managers) async throws -> [SwarmTask] {
    let tasks = try await managers.read { try await $0.tasks(.stack(stack)) }
    if tasks.isEmpty { return [] }
    let down = Set(try await managers.read { try await $0.nodes() }.filter { $0.state != .ready }.map(\.id))
    return tasks.filter { task in task.nodeID.map { !down.contains($0) } ?? true }
  }

  var isEmpty: Bool { services.isEmpty && secrets.isEmpty && configs.isEmpty && networks.isEmpty && tasks.isEmpty }

  var names: [String] {
    services.map { "service \($0.name)" } + secrets.map { "secret \($0.name)" } + configs.map { "config \($0.name)" }
      + networks.map { "network \($0.name)" }
  }
}

/// Finds what stacks have left behind: networks, secrets and configurations that carry the label of a stack which has no
/// service any more.
package struct StackLeftovers: Sendable {
  private let managers: Managers

  /// - Parameter manager: a manager of the swarm.
  package init(managers: Managers) { self.managers = managers }

  /// One thing that was left behind.
  package struct Leftover: Sendable, Hashable {
    /// `network`, `secret` or `config`.
    package let kind: String
    /// Its ID.
    package let id: String
    /// Its name.
    package let name: String
    /// The stack whose label it carries.
    package let stack: String
    /// What holds a network: containers on the manager, and tasks on any node.
    package let attached: [String]
  }

  /// What is left of one stack, or of all that are no longer deployed.
  package func find(stack: String? = nil) async throws -> [Leftover] {
    let filters = stack.map { Filters.stack($0) } ?? .label(StackLabel.namespace)
    async let services = managers.read { try await $0.services(filters) }
    async let networks = managers.read { try await $0.networks(filters) }
    async let secrets = managers.read { try await $0.secrets(filters) }
    async let configs = managers.read { try await $0.configs(filters) }
    let deployed = Set(try await services.compactMap(\.stack))
    func isLeft(_ labels: [String: String]) -> String? {
      labels[StackLabel.namespace].flatMap { deployed.contains($0) ? nil : $0 }
    }
    let parts =
      try await secrets.map { ("secret", $0) } + (try await configs.map { ("config", $0) })
    var found = parts.compactMap { kind, part in
      isLeft(part.labels).map { Leftover(kind: kind, id: part.id, name: part.name, stack: $0, attached: []) }
    }
    for network in try await networks {
      guard let stack = isLeft(network.labels) else { continue }
      let attached = try await StackNetworks(managers: managers).attached(to: network)
      found.append(Leftover(kind: "network", id: network.id, name: network.name, stack: stack, attached: attached))
    }
    return found.sorted { ($0.kind, $0.name) < ($1.kind, $1.name) }
  }
}
