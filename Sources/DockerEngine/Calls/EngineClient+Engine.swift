import Values

extension EngineClient {
  /// Asks the engine whether it is there.
  package func ping() async throws -> EnginePing {
    var request = EngineRequest(.get, "_ping", timeout: .seconds(30))
    request.isVersioned = false
    return EnginePing(headers: try await send(request).headers)
  }

  /// Docker's version and the API versions that it speaks.
  package func versionInfo() async throws -> EngineVersion {
    var request = EngineRequest(.get, "version", timeout: .seconds(30))
    request.isVersioned = false
    let answer = try await call(request)
    return try naming { try EngineVersion(answer) }
  }

  /// What the engine reports about itself and its part in a swarm.
  package func info() async throws -> EngineInfo {
    try await get("info", as: EngineInfo.init)
  }

  /// The containers of this engine, stopped ones too when `all` is set.
  package func containers(_ filters: Filters = .all, all: Bool = false) async throws -> [EngineContainer] {
    try await list(
      "containers", "json", query: try filters.query + (all ? [("all", "true")] : []), as: EngineContainer.init)
  }

  /// The process number of a container's first process on the engine's host; `nil` when it does not run.
  package func process(ofContainer id: String) async throws -> Int? {
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

extension EngineClient {
  /// The images of this engine.
  package func images(_ filters: Filters = .all) async throws -> [EngineImage] {
    try await list("images", "json", query: try filters.query, as: EngineImage.init)
  }

  /// The image of that name, digest or ID; `nil` when it is not on this engine.
  package func image(_ name: String) async throws -> EngineImage? {
    do {
      return try await get("images", name, "json", as: EngineImage.init)
    } catch let failure as Failure where failure.code == .engineNotFound {
      return nil
    }
  }

  /// Loads the images of a tar file of this machine, as `docker save` writes it, and gives their names. Images that are
  /// there already stay as they are.
  package func loadImages(from path: String, limit: Duration = .seconds(1800)) async throws -> [String] {
    let request = EngineRequest(.post, "images", "load", query: [("quiet", "true")], timeout: limit)
    let answer = try await upload(path, in: request)
    // A line of JSON for each thing that happened; a failure comes after the status that says all is well.
    let lines = try answer.body.split(separator: UInt8(ascii: "\n")).map { line in
      try naming { try EngineResponse(status: 200, headers: [:], body: Array(line)).json() }
    }
    // From API 1.48 on `error` is deprecated, and may be left out.
    if let words = lines.compactMap({ $0["errorDetail"]?["message"]?.stringValue ?? $0["error"]?.stringValue }).first {
      throw Failure(
        .imageNotLoaded, "the Docker engine can't load the images of \(path)", host: host, cause: words,
        hint: "check that it is a tar file that `docker save` wrote, and the free disk of the host")
    }
    let names = lines.flatMap { line in
      (line["stream"]?.stringValue ?? "").split(separator: "\n").compactMap { text in
        text.firstRange(of: "Loaded image").map { _ in
          text.split(separator: ": ", maxSplits: 1).last.map(String.init) ?? String(text)
        }
      }
    }
    guard names.isEmpty else { return names }
    throw Failure(
      .imageNotLoaded, "the Docker engine found no image in \(path)", host: host,
      cause: String(decoding: answer.body.prefix(500), as: UTF8.self),
      hint: "check that it is a tar file that `docker save` wrote")
  }
}

/// Which of the engine's objects to select, as the API's `filters` parameter: the values of one name are alternatives,
/// different names must all hold.
package struct Filters: Sendable, Hashable, ExpressibleByDictionaryLiteral {
  private var values: [String: Set<String>]

  /// From names with their alternatives.
  package init(dictionaryLiteral elements: (String, [String])...) {
    values = Dictionary(elements.map { ($0.0, Set($0.1)) }, uniquingKeysWith: { $0.union($1) })
  }

  /// Everything.
  package static let all: Filters = [:]

  /// What carries a label, with that value when one is given.
  package static func label(_ name: String, _ value: String? = nil) -> Filters {
    ["label": [value.map { "\(name)=\($0)" } ?? name]]
  }

  /// What belongs to a stack.
  package static func stack(_ name: String) -> Filters { label(StackLabel.namespace, name) }

  var query: [(name: String, value: String)] {
    get throws {
      if values.isEmpty { return [] }
      let json: Values.Value = .object(
        values.mapValues { alternatives in
          .object(Dictionary(uniqueKeysWithValues: alternatives.map { ($0, .bool(true)) }))
        })
      return [("filters", try JSON.encode(json, secrets: .refused))]
    }
  }
}
