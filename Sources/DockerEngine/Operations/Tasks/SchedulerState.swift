import Placement
import Values

/// What the scheduler decides by, as it is now: nodes, services, and the tasks that should run.
struct SchedulerState: Sendable {
  let nodes: [SwarmNode]
  let services: [SwarmService]
  let tasks: [SwarmTask]
  /// Names for a person, by node ID.
  let names: [String: String]

  init(of managers: Managers, names: [String: String]) async throws {
    async let nodes = managers.read { try await $0.nodes() }
    async let services = managers.read { try await $0.services() }
    async let tasks = managers.read { try await $0.tasks() }
    (self.nodes, self.services) = try await (nodes, services)
    self.tasks = try await tasks.filter { $0.desiredState <= .running && !$0.state.isTerminal }
    self.names = names
  }

  /// A node's name: the inventory's where it is known, else its host name.
  func name(ofNode id: String) -> String {
    names[id] ?? nodes.first { $0.id == id }?.hostname.nonEmpty ?? id
  }

  private func name(_ node: SwarmNode) -> String { name(ofNode: node.id) }

  /// What a reason of the scheduler comes from, one text per node.
  func explain(_ reason: SchedulerReason, for service: SwarmService) -> [String] {
    switch reason.kind {
    case .unavailable: nodes.filter { !$0.takesTasks }.map(unavailability)
    case .constraints: candidates.compactMap { unmetConstraints(of: service, on: $0) }
    case .hostPort: hostPortHolders(of: service)
    case .resources: shortages(for: service)
    case .platform: candidates.map { "\(name($0)) is \($0.platform.system)/\($0.platform.architecture)" }
    case .plugin: ["a volume, network or log driver that it names is not installed on the nodes"]
    case .replicaLimit: ["its placement allows only so many of its tasks on one node"]
    case .volumes: ["the cluster volumes that it asks for are not available on the nodes"]
    }
  }

  /// A finding for a service that no node may run and that therefore has no task to say so, as a global one.
  func homeless(_ service: SwarmService) -> TaskFinding? {
    let unmet = candidates.compactMap { unmetConstraints(of: service, on: $0) }
    guard unmet.count == candidates.count, !service.constraints.isEmpty else { return nil }
    let problem = KnownProblem.recognise(SchedulerReason.Kind.constraints.rawValue, of: .task)
    return TaskFinding(
      service: service.name, taskID: "", nodeID: nil, node: nil, state: .new,
      words: "the scheduler makes no task for it",
      code: .taskNoSuitableNode, message: problem?.message ?? "there is no node that it may run on", reasons: unmet,
      log: [], hint: problem?.hint ?? "look at `docker node ls`", isLasting: true)
  }

  private var candidates: [SwarmNode] { nodes.filter(\.takesTasks) }

  private func unavailability(_ node: SwarmNode) -> String {
    guard node.state == .ready else {
      return "\(name(node)) is \(node.state)" + (node.message.nonEmpty.map { " (\($0))" } ?? "")
    }
    return "\(name(node)) takes no tasks: its availability is \(node.availability)"
  }

  private func unmetConstraints(of service: SwarmService, on node: SwarmNode) -> String? {
    let facts = facts(of: node)
    let unmet = service.constraints.compactMap { text -> String? in
      guard let constraint = try? PlacementConstraint.parse(text) else { return "\(text) can't be read" }
      return constraint.evaluate(against: facts) == .satisfied ? nil : constraint.explanation(for: facts)
    }
    return unmet.isEmpty ? nil : "\(name(node)): \(unmet.joined(separator: "; "))"
  }

  private func facts(of node: SwarmNode) -> NodeFacts {
    NodeFacts(
      name: name(node), id: node.id, hostname: node.hostname, role: node.role.rawValue, address: node.address,
      system: node.platform.system, architecture: node.platform.architecture, labels: node.labels,
      engineLabels: node.engineLabels)
  }

  /// Who publishes, on the nodes that the service may run on, the ports that it wants there itself.
  func hostPortHolders(of service: SwarmService, on node: String? = nil) -> [String] {
    let wanted = service.ports.filter { $0.isHostMode && $0.published > 0 }
    return wanted.flatMap { port in
      services.flatMap { other -> [String] in
        let holds = other.ports.contains {
          $0.isHostMode && $0.published == port.published && $0.networkProtocol == port.networkProtocol
        }
        guard holds else { return [] }
        return tasks.filter { $0.serviceID == other.id && $0.state >= .assigned }.compactMap { task in
          guard let place = task.nodeID, node == nil || node == place else { return nil }
          return "port \(port.published)/\(port.networkProtocol) on \(name(ofNode: place)) is taken by \(other.name)"
            + " (task \(task.id), \(task.state.rawValue))"
        }
      }
    }
  }

  private func shortages(for service: SwarmService) -> [String] {
    candidates.filter { unmetConstraints(of: service, on: $0) == nil }.map { node in
      let reserved = tasks.filter { $0.nodeID == node.id }.map(\.reservation).reduce(.none, +)
      return "\(name(node)) has \(node.resources.text), of which \(reserved.text) are reserved; "
        + "each task reserves \(service.reservation.text)"
    }
  }
}

extension SwarmNode {
  /// Whether the scheduler gives it tasks.
  var takesTasks: Bool { state == .ready && availability == .active }
}
