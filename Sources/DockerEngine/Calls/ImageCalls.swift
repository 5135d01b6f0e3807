import Values

extension EngineClient {
  /// The images of this engine.
  public func images(_ filters: Filters = .all) async throws -> [EngineImage] {
    try await list("images", "json", query: try filters.query, as: EngineImage.init)
  }

  /// The image of that name, digest or ID; `nil` when it is not on this engine.
  public func image(_ name: String) async throws -> EngineImage? {
    do {
      return try await get("images", name, "json", as: EngineImage.init)
    } catch let failure as Failure where failure.code == .engineNotFound {
      return nil
    }
  }

  /// Loads the images of a tar file of this machine, as `docker save` writes it, and gives their names. Images that are
  /// there already stay as they are.
  public func loadImages(from path: String, limit: Duration = .seconds(1800)) async throws -> [String] {
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
