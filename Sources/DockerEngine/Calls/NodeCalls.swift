import Values

extension EngineClient {
  /// The nodes of this manager's swarm.
  public func nodes(_ filters: Filters = .all) async throws -> [SwarmNode] {
    try await list("nodes", query: try filters.query, as: SwarmNode.init)
  }

  /// One node, by its ID.
  public func node(_ id: String) async throws -> SwarmNode {
    try await get("nodes", id, as: SwarmNode.init)
  }

  /// Writes a node's whole spec, at the version that was read.
  public func updateNode(_ id: String, version: Int64, spec: Value) async throws {
    _ = try await call(
      EngineRequest(.post, "nodes", id, "update", query: [("version", String(version))], body: spec))
  }

  /// Removes a node that is down; with `force`, one that is not.
  public func removeNode(_ id: String, force: Bool = false) async throws {
    _ = try await call(EngineRequest(.delete, "nodes", id, query: force ? [("force", "true")] : []))
  }
}
