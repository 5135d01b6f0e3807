import Values

/// What runs where in a swarm, for verification.
package struct SwarmView: Sendable {
  private let manager: EngineClient

  /// - Parameter manager: a manager of the swarm.
  package init(manager: EngineClient) { self.manager = manager }

  /// A stack's services with the tasks that should run.
  package struct Placement: Sendable {
    /// The service.
    package let service: SwarmService
    /// Its tasks that should run; each says its node and how far it is.
    package let tasks: [SwarmTask]

    /// The IDs of the nodes on which the service really runs.
    package var nodeIDs: Set<String> { Set(tasks.filter { $0.state == .running }.compactMap(\.nodeID)) }
  }

  /// Where the services of a stack run, by the services' names.
  package func placements(ofStack stack: String) async throws -> [Placement] {
    async let services = manager.services(.stack(stack))
    async let tasks = manager.tasks(.stack(stack))
    let byService = Dictionary(grouping: try await tasks.filter { $0.desiredState <= .running }, by: \.serviceID)
    return try await services.map { Placement(service: $0, tasks: byService[$0.id] ?? []) }
      .sorted { $0.service.name < $1.service.name }
  }

  /// The host's engine's membership in a swarm now, and the nodes of its swarm where it is a manager that can tell; `nil`
  /// elsewhere. The host need not be a manager.
  package func status() async throws -> (info: EngineInfo, nodes: [SwarmNode]?) {
    var refusals = 0
    while true {
      let info = try await manager.info()
      guard info.swarm.isManager else { return (info, nil) }
      do {
        return (info, try await manager.nodes())
      } catch let failure as Failure where Managers.isMomentary(failure) {
        return (info, nil)
      } catch let failure as Failure where Self.isOfFormerManager(failure) && refusals < 5 {
        // It was made a worker between the two calls, so what it said first no longer holds.
        refusals += 1
        try await Task.sleep(for: .milliseconds(100))
      }
    }
  }

  private static func isOfFormerManager(_ failure: Failure) -> Bool {
    [.engineNotSwarmManager, .swarmNotPart].contains(failure.code)
  }

  /// The nodes that are down: hosts that left or can't be reached.
  package func downNodes() async throws -> [SwarmNode] {
    try await manager.nodes().filter { $0.state == .down || $0.state == .disconnected }
  }

  /// The nodes that carry a label.
  package func nodes(labelled name: String, _ value: String? = nil) async throws -> [SwarmNode] {
    // Filtered here: the API's own filter for node labels is not there in all versions.
    try await manager.nodes().filter { node in
      node.labels[name].map { value == nil || $0 == value } ?? false
    }
  }
}
