import Values

/// How far a service is in running as often as it should.
package struct ServiceUpdateProgress: Sendable, Hashable {
  /// The service's name, with the stack's before it.
  package let name: String
  /// How many tasks should run.
  package let wanted: Int
  /// How many do.
  package let running: Int
  /// Whether that is enough and no update goes on.
  package let isConverged: Bool
  /// The nodes on which it runs.
  package let nodeIDs: Set<String>
  /// Whether a task of it ended before, and only their running shows that the present ones are well: they may be
  /// about to end too.
  let isSuspect: Bool
  /// The tasks that run.
  let runningIDs: Set<String>
  /// What prevents it, or prevented it before, each text once, the newest first.
  package let problems: [String]
  /// Why the last update stopped, if it did.
  private let stoppedUpdate: String?
  private let constraints: [String]

  init(service: SwarmService, tasks: [SwarmTask]) {
    name = service.name
    constraints = service.constraints
    let current = tasks.filter { service.isCurrent($0) }
    let meant = current.filter { $0.desiredState <= .running }
    let up = meant.filter { $0.state == .running }
    switch service.mode {
    case .replicated(let count):
      wanted = count
      running = up.count
    case .global:
      // The managers make one task for each node that is allowed. With none yet there is nothing to be content with.
      wanted = max(1, meant.count)
      running = up.count
    case .job(let count):
      wanted = count
      running = current.count { $0.state == .complete }
    case .globalJob:
      wanted = max(1, current.count)
      running = current.count { $0.state == .complete }
    }
    nodeIDs = Set(up.compactMap(\.nodeID))
    let update = service.update?.state ?? "completed"
    stoppedUpdate =
      ["paused", "rollback_paused", "rollback_completed"].contains(update) ? service.update?.message : nil
    let isUpdating = ["updating", "rollback_started"].contains(update) || stoppedUpdate != nil
    isConverged = running >= wanted && !isUpdating
    problems = Self.problems(current)
    runningIDs = Set(up.map(\.id))
    isSuspect =
      !up.isEmpty && !up.contains(where: \.hasHealthCheck)
      && current.contains { $0.desiredState == .shutdown && $0.state.isTerminal && $0.state != .shutdown }
  }

  /// What the tasks that do not run say, the newest first, so that what was overcome comes last.
  private static func problems(_ tasks: [SwarmTask]) -> [String] {
    var seen: Set<String> = []
    return tasks.filter { $0.state != .running }
      .sorted { $0.createdAt > $1.createdAt }
      .compactMap(\.problem)
      .filter { seen.insert($0).inserted }
  }

  /// Whether everything known prevents it until a person does something.
  var isHopeless: Bool {
    stoppedUpdate != nil
      || (!problems.isEmpty && problems.allSatisfy { KnownProblem.recognise($0, of: .task)?.isLasting == true })
  }

  /// The failure for what prevents it, with what an inquiry found about its tasks.
  func failure(manager: String, findings: [TaskFinding]) -> Failure {
    let count = "\(name) runs \(running) of \(wanted)"
    let details = findings.flatMap { $0.reasons + $0.log.map { "its log: \($0)" } }
    func cause(_ words: [String]) -> String? { (words + details).joined(separator: "\n").nonEmpty }
    if let stoppedUpdate {
      return Failure(
        .serviceNotConverged, "\(count): its update was stopped", host: manager,
        cause: cause([([stoppedUpdate] + problems).joined(separator: "; ")]),
        hint: "look at `docker service ps \(name) --no-trunc`")
    }
    guard let words = problems.first else {
      return Failure(
        .serviceNotConverged, count, host: manager,
        cause: cause(constraints.isEmpty ? [] : ["its constraints: " + constraints.joined(separator: ", ")]),
        hint: "look at `docker service ps \(name) --no-trunc`", isRetryable: true)
    }
    let problem = KnownProblem.recognise(words, of: .task)
    let isPlacement = problem?.code == .taskNoSuitableNode && !constraints.isEmpty
    let place = findings.first { $0.words == words }?.node
    return Failure(
      problem?.code ?? .taskFailed, "\(count): \(problem?.message ?? "its task fails")", host: place ?? manager,
      cause: cause([
        problems.joined(separator: "; ")
          + (isPlacement ? "; its constraints: " + constraints.joined(separator: ", ") : "")
      ]),
      hint: problem?.hint ?? "look at `docker service ps \(name) --no-trunc` and `docker service logs \(name)`",
      isRetryable: problem?.isLasting != true)
  }
}

extension SwarmService {
  /// Whether a task is of the service as it is now, and not of before an update.
  func isCurrent(_ task: SwarmTask) -> Bool {
    guard wasUpdated else { return true }
    let template = spec.child("TaskTemplate")
    return task.spec.child("ContainerSpec") == template.child("ContainerSpec")
      && task.spec.integer("ForceUpdate") == template.integer("ForceUpdate")
  }
}
