import Values

/// What runs where in a swarm, for verification.
public struct SwarmView: Sendable {
  private let manager: EngineClient

  /// - Parameter manager: a manager of the swarm.
  public init(manager: EngineClient) { self.manager = manager }

  /// A stack's services with the tasks that are meant to run.
  public struct Placement: Sendable {
    /// The service.
    public let service: SwarmService
    /// Its tasks that are meant to run; each says its node and how far it is.
    public let tasks: [SwarmTask]

    /// The IDs of the nodes on which the service really runs.
    public var nodeIDs: Set<String> { Set(tasks.filter { $0.state == .running }.compactMap(\.nodeID)) }
  }

  /// Where the services of a stack run, by the services' names.
  public func placements(ofStack stack: String) async throws -> [Placement] {
    async let services = manager.services(.stack(stack))
    async let tasks = manager.tasks(.stack(stack))
    let byService = Dictionary(grouping: try await tasks.filter { $0.desiredState <= .running }, by: \.serviceID)
    return try await services.map { Placement(service: $0, tasks: byService[$0.id] ?? []) }
      .sorted { $0.service.name < $1.service.name }
  }

  /// The nodes, where `info` is that of a manager and the managers agree; `nil` elsewhere.
  public func nodesIfAgreed(_ info: EngineInfo) async throws -> [SwarmNode]? {
    guard info.swarm.isManager else { return nil }
    do { return try await manager.nodes() } catch let failure as Failure where Managers.isMomentary(failure) {
      return nil
    }
  }

  /// The nodes that are down: hosts that left or can't be reached.
  public func downNodes() async throws -> [SwarmNode] {
    try await manager.nodes().filter { $0.state == .down || $0.state == .disconnected }
  }

  /// The nodes that carry a label.
  public func nodes(labelled name: String, _ value: String? = nil) async throws -> [SwarmNode] {
    // Filtered here: the API's own filter for node labels is not there in all versions.
    try await manager.nodes().filter { node in
      node.labels[name].map { value == nil || $0 == value } ?? false
    }
  }
}
