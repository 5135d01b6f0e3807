import Values

extension EngineClient {
  /// Asks the engine whether it is there.
  public func ping() async throws -> EnginePing {
    var request = EngineRequest(.get, "_ping", timeout: .seconds(30))
    request.isVersioned = false
    return EnginePing(headers: try await send(request).headers)
  }

  /// Docker's version and the API versions that it speaks.
  public func versionInfo() async throws -> EngineVersion {
    var request = EngineRequest(.get, "version", timeout: .seconds(30))
    request.isVersioned = false
    let answer = try await call(request)
    return try naming { try EngineVersion(answer) }
  }

  /// What the engine reports about itself and its part in a swarm.
  public func info() async throws -> EngineInfo {
    try await get("info", as: EngineInfo.init)
  }

  /// The containers of this engine, stopped ones too when `all` is set.
  public func containers(_ filters: Filters = .all, all: Bool = false) async throws -> [EngineContainer] {
    try await list(
      "containers", "json", query: try filters.query + (all ? [("all", "true")] : []), as: EngineContainer.init)
  }

  /// The process number of a container's first process on the engine's host; `nil` when it does not run.
  public func process(ofContainer id: String) async throws -> Int? {
    try await get("containers", id, "json") { json in
      let number = Int(try json.object().child("State").integer("Pid"))
      return number > 0 ? number : nil
    }
  }

  // What the calls are made of.

  func get<Model>(
    _ path: String..., query: [(name: String, value: String)] = [], as make: (Value) throws -> Model
  ) async throws -> Model {
    try await read(path, query: query, make)
  }

  func list<Model>(
    _ path: String..., query: [(name: String, value: String)] = [], as make: (Value) throws -> Model
  ) async throws -> [Model] {
    try await read(path, query: query) { try $0.elements().map(make) }
  }

  private func read<Model>(
    _ path: [String], query: [(name: String, value: String)], _ make: (Value) throws -> Model
  ) async throws -> Model {
    var request = EngineRequest(.get, query: query)
    request.path = path
    let answer = try await call(request)
    return try naming { try make(answer) }
  }

  /// Puts the host's name on a failure of `body`.
  func naming<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch {
      throw naming(error)
    }
  }

  /// The error with the host's name, when it is a failure that has none.
  func naming(_ error: any Error) -> any Error {
    guard var failure = error as? Failure, failure.host == nil else { return error }
    failure.host = host
    return failure
  }
}
