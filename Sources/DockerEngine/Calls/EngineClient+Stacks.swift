import Values

extension EngineClient {
  /// The services of this manager's swarm.
  package func services(_ filters: Filters = .all) async throws -> [SwarmService] {
    try await list("services", query: try filters.query, as: SwarmService.init)
  }

  /// One service, by its ID or name.
  package func service(_ id: String) async throws -> SwarmService {
    try await get("services", id, as: SwarmService.init)
  }

  /// Writes a service's whole spec, at the version that was read.
  package func updateService(_ id: String, version: Int64, spec: Value) async throws {
    _ = try await call(
      EngineRequest(.post, "services", id, "update", query: [("version", String(version))], body: spec))
  }

  /// Removes a service. Its tasks end some time later.
  package func removeService(_ id: String) async throws {
    _ = try await call(EngineRequest(.delete, "services", id))
  }

  /// The tasks of this manager's swarm, ended ones too as far as the swarm keeps them.
  package func tasks(_ filters: Filters = .all) async throws -> [SwarmTask] {
    try await list("tasks", query: try filters.query, as: SwarmTask.init)
  }

  /// One task, by its ID.
  package func task(_ id: String) async throws -> SwarmTask {
    try await get("tasks", id, as: SwarmTask.init)
  }

  /// The networks that this engine knows.
  package func networks(_ filters: Filters = .all) async throws -> [EngineNetwork] {
    try await list("networks", query: try filters.query, as: EngineNetwork.init)
  }

  /// One network with what is attached to it on this engine.
  package func network(_ id: String) async throws -> EngineNetwork {
    try await get("networks", id, as: EngineNetwork.init)
  }

  /// What the engine has heard from the others about a network that it takes part in.
  package func networkGossip(_ id: String) async throws -> NetworkGossip {
    try await get("networks", id, query: [("verbose", "true")], as: NetworkGossip.init)
  }

  /// Removes a network that nothing is attached to.
  package func removeNetwork(_ id: String) async throws {
    _ = try await call(EngineRequest(.delete, "networks", id))
  }

  /// The secrets of this manager's swarm, without what they contain.
  package func secrets(_ filters: Filters = .all) async throws -> [StackPart] {
    try await list("secrets", query: try filters.query, as: StackPart.init)
  }

  /// Removes a secret that no service uses.
  package func removeSecret(_ id: String) async throws {
    _ = try await call(EngineRequest(.delete, "secrets", id))
  }

  /// The configurations of this manager's swarm, without what they contain.
  package func configs(_ filters: Filters = .all) async throws -> [StackPart] {
    try await list("configs", query: try filters.query, as: StackPart.init)
  }

  /// Removes a configuration that no service uses.
  package func removeConfig(_ id: String) async throws {
    _ = try await call(EngineRequest(.delete, "configs", id))
  }
}
