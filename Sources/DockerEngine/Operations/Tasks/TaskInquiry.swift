import Concurrency
import Values

/// Finds out why tasks do not run: the scheduler's and the engines' own words, explained by the swarm as it is.
package struct TaskInquiry: Sendable {
  private let managers: Managers
  private let names: [String: String]
  private let logLines: Int

  /// - Parameters:
  ///   - manager: a manager of the swarm.
  ///   - names: what nodes are called in the texts, by node ID; the host names of others.
  ///   - logLines: how many of the last lines of an ended task's log are read; none for 0.
  package init(managers: Managers, names: [String: String] = [:], logLines: Int = 10) {
    self.managers = managers
    self.names = names
    self.logLines = logLines
  }

  /// What keeps the services of a stack from running, or all services where none is named: each text of a service
  /// once, the newest first. A service whose tasks all run has none, whatever was overcome before.
  package func findings(stack: String? = nil) async throws -> [TaskFinding] {
    try await findings { stack == nil || $0.stack == stack }
  }

  /// What keeps services from running, by their names.
  package func findings(services names: Set<String>) async throws -> [TaskFinding] {
    try await findings { names.contains($0.name) }
  }

  private func findings(_ isMeant: (SwarmService) -> Bool) async throws -> [TaskFinding] {
    let scheduler = try await SchedulerState(of: managers, names: names)
    let services = scheduler.services.filter(isMeant).sorted { $0.name < $1.name }
    if services.isEmpty { return [] }
    let tasks = Dictionary(
      grouping: try await managers.read { try await $0.tasks(["service": services.map(\.id)]) }, by: \.serviceID)
    return try await mapConcurrently(services) { service -> [TaskFinding] in
      let own = tasks[service.id] ?? []
      if ServiceUpdateProgress(service: service, tasks: own).isConverged { return [] }
      return try await findings(service, own, scheduler)
    }.flatMap(\.self)
  }

  private func findings(
    _ service: SwarmService, _ tasks: [SwarmTask], _ scheduler: SchedulerState
  ) async throws -> [TaskFinding] {
    var seen: Set<String> = []
    let telling = tasks.filter { service.isCurrent($0) && $0.state != .running }
      .sorted { $0.createdAt > $1.createdAt }
      .filter { task in task.problem.map { seen.insert($0).inserted } ?? false }
    if telling.isEmpty { return scheduler.homeless(service).map { [$0] } ?? [] }
    return try await mapConcurrently(telling) { try await finding($0, of: service, scheduler) }
  }

  private func finding(
    _ task: SwarmTask, of service: SwarmService, _ scheduler: SchedulerState
  ) async throws -> TaskFinding {
    let words = task.problem ?? ""
    let problem = KnownProblem.recognise(words, of: .task)
    var reasons = SchedulerReason.all(in: words).flatMap { scheduler.explain($0, for: service) }
    if problem?.code == .taskPortInUse, let node = task.nodeID {
      reasons += scheduler.hostPortHolders(of: service, on: node).filter { !$0.contains(task.id) }
    }
    if words.contains("no longer meets constraints") {
      reasons += scheduler.explain(SchedulerReason(kind: .constraints, nodes: nil), for: service)
    }
    let wrote = task.containerID != nil && [nil, .taskFailed, .taskUnhealthy].contains(problem?.code)
    return TaskFinding(
      service: service.name, taskID: task.id, nodeID: task.nodeID, node: task.nodeID.map(scheduler.name),
      state: task.state, words: words, code: problem?.code ?? .taskFailed,
      message: problem?.message ?? "its task fails", reasons: reasons,
      log: wrote ? try await lastLines(of: task) : [],
      hint: problem?.hint ?? "look at `docker service ps \(service.name) --no-trunc` and its log",
      isLasting: problem?.isLasting == true)
  }

  /// What a task wrote last. That it can't be read is not a failure of the inquiry: its node may be away.
  private func lastLines(of task: SwarmTask) async throws -> [String] {
    guard logLines > 0 else { return [] }
    let lines = try? await managers.read { manager in
      var lines: [String] = []
      do {
        try await manager.taskLog(task, LogQuery(tail: logLines, limit: .seconds(5))) { lines.append($0.text) }
      } catch is Failure {}
      return lines
    }
    try Task.checkCancellation()
    return (lines ?? []).suffix(logLines)
  }
}

extension SwarmTask {
  /// What it says about not running; `nil` when it says nothing.
  var problem: String? {
    if let error = error.nonEmpty { return error }
    // A container that ends with code 0, also when its health check had it stopped, is not an error to the engine.
    return state == .complete ? "its container ended with exit code \(exitCode ?? 0)" : nil
  }
}

/// Why tasks of a service do not run.
package struct TaskFinding: Sendable, Hashable {
  /// The service's name, with the stack's before it.
  package let service: String
  /// The newest task that says so.
  package let taskID: String
  /// The node that it was given; `nil` while there is none.
  package let nodeID: String?
  /// That node's name; `nil` while there is none.
  package let node: String?
  /// How far the task is.
  package let state: SwarmTask.State
  /// The scheduler's or the engine's own words.
  package let words: String
  /// What kind of problem it is.
  package let code: FailureCode
  /// What it means, as one sentence without the service's name.
  package let message: String
  /// What prevents it in particular: per node and constraint, or who holds a port.
  package let reasons: [String]
  /// The last lines that the task wrote.
  package let log: [String]
  /// What to do.
  package let hint: String
  /// Whether it stays so until a person does something.
  package let isLasting: Bool
}

/// One of the reasons that the scheduler gives in "no suitable node (…; …)".
struct SchedulerReason: Sendable, Hashable {
  /// What speaks against nodes; the words are those of swarmkit's scheduler filters.
  enum Kind: String, Sendable, Hashable, CaseIterable {
    case unavailable = "not available for new tasks"
    case resources = "insufficient resources"
    case constraints = "scheduling constraints not satisfied"
    case hostPort = "host-mode port already in use"
    case platform = "unsupported platform"
    case plugin = "missing plugin"
    case replicaLimit = "max replicas per node limit exceed"
    case volumes = "cannot fulfill requested volumes"
  }

  let kind: Kind
  /// On how many nodes; `nil` where the words do not tell.
  let nodes: Int?

  /// The reasons in a task's error, in the scheduler's order.
  static func all(in words: String) -> [SchedulerReason] {
    guard let start = words.range(of: "no suitable node") else { return [] }
    return words[start.upperBound...].split(separator: ";").compactMap { part in
      Kind.allCases.first { part.contains($0.rawValue) }.map { kind in
        SchedulerReason(
          kind: kind, nodes: part.split { !$0.isNumber }.first.flatMap { Int($0) })
      }
    }
  }
}
