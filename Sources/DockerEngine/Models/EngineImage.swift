import Values

/// An image on one engine.
public struct EngineImage: Sendable, Hashable {
  /// The image's ID: `sha256:…`.
  public let id: String
  /// Its names: `da/policy:6.5`.
  public let tags: [String]
  /// Its names by digest: `da/policy@sha256:…`.
  public let digests: [String]

  init(_ json: Value) throws {
    let json = try json.object()
    id = json.text("Id")
    tags = json.texts("RepoTags")
    digests = json.texts("RepoDigests")
  }
}
