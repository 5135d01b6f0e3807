import Values

/// Which of a swarm's secrets an update replaces.
package struct SwarmRotation: OptionSet, Sendable, Hashable {
  /// One bit for each.
  package let rawValue: Int
  /// From bits.
  package init(rawValue: Int) { self.rawValue = rawValue }

  /// The token that workers join with.
  package static let workerToken = SwarmRotation(rawValue: 1)
  /// The token that managers join with.
  package static let managerToken = SwarmRotation(rawValue: 2)
  /// The key that unlocks managers.
  package static let unlockKey = SwarmRotation(rawValue: 4)
}

extension EngineClient {
  /// The swarm that this manager is in, with its join tokens.
  package func swarm() async throws -> SwarmInfo {
    try await get("swarm", as: SwarmInfo.init)
  }

  /// Makes this engine the manager of a new swarm and gives its node ID.
  package func initializeSwarm(_ request: NewSwarm = NewSwarm()) async throws -> String {
    try await call(EngineRequest(.post, "swarm", "init", body: request.body)).stringValue ?? ""
  }

  /// Makes this engine the manager of a new swarm that it advertises at an address, and gives its node ID.
  package func initializeSwarm(advertise: String?) async throws -> String {
    var request = NewSwarm()
    request.advertise = advertise
    return try await initializeSwarm(request)
  }

  /// Asks the engine to join a swarm. It answers when it has joined, or after 20 seconds with `swarm.join_timeout`.
  ///
  /// - Parameters:
  ///   - managers: addresses with ports; the engine uses the first that it can resolve.
  ///   - token: what says which swarm and which role.
  ///   - listen: where it listens if it becomes a manager.
  ///   - advertise: the address that other nodes reach it at; needed where the host has several.
  ///   - dataPath: the address for the traffic between containers; the advertised one by default.
  package func joinSwarm(
    managers: [String], token: Secret, listen: String = "0.0.0.0:2377", advertise: String? = nil,
    dataPath: String? = nil
  ) async throws {
    var body: [String: Value] = [
      "ListenAddr": .string(listen), "RemoteAddrs": .array(managers.map { .string($0) }), "JoinToken": .secret(token),
    ]
    body["AdvertiseAddr"] = advertise.map { .string($0) }
    body["DataPathAddr"] = dataPath.map { .string($0) }
    _ = try await call(EngineRequest(.post, "swarm", "join", body: .object(body), timeout: .seconds(45)))
  }

  /// Takes this engine out of its swarm. A manager leaves only with `force`.
  package func leaveSwarm(force: Bool) async throws {
    let query = force ? [(name: "force", value: "true")] : []
    _ = try await call(EngineRequest(.post, "swarm", "leave", query: query, timeout: .seconds(90)))
  }

  /// Writes a swarm's whole spec, and replaces the named secrets.
  package func updateSwarm(version: Int64, spec: Value, rotating: SwarmRotation = []) async throws {
    var query = [(name: "version", value: String(version))]
    if rotating.contains(.workerToken) { query.append(("rotateWorkerToken", "true")) }
    if rotating.contains(.managerToken) { query.append(("rotateManagerToken", "true")) }
    if rotating.contains(.unlockKey) { query.append(("rotateManagerUnlockKey", "true")) }
    _ = try await call(EngineRequest(.post, "swarm", "update", query: query, body: spec))
  }

  /// The key that unlocks this swarm's managers; empty when they do not lock.
  package func unlockKey() async throws -> Secret {
    try await get("swarm", "unlockkey", as: { Secret($0.text("UnlockKey")) })
  }

  /// Unlocks this manager.
  package func unlockSwarm(key: Secret) async throws {
    _ = try await call(EngineRequest(.post, "swarm", "unlock", body: ["UnlockKey": .secret(key)]))
  }
}

extension EngineClient {
  /// The nodes of this manager's swarm.
  package func nodes(_ filters: Filters = .all) async throws -> [SwarmNode] {
    try await list("nodes", query: try filters.query, as: SwarmNode.init)
  }

  /// One node, by its ID.
  package func node(_ id: String) async throws -> SwarmNode {
    try await get("nodes", id, as: SwarmNode.init)
  }

  /// Writes a node's whole spec, at the version that was read.
  package func updateNode(_ id: String, version: Int64, spec: Value) async throws {
    _ = try await call(
      EngineRequest(.post, "nodes", id, "update", query: [("version", String(version))], body: spec))
  }

  /// Removes a node that is down; with `force`, one that is not.
  package func removeNode(_ id: String, force: Bool = false) async throws {
    _ = try await call(EngineRequest(.delete, "nodes", id, query: force ? [("force", "true")] : []))
  }
}
