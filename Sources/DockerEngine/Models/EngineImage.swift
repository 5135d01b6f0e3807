import Values

/// An image on one engine.
public struct EngineImage: Sendable, Hashable {
  /// The image's ID: `sha256:…`.
  public let id: String
  /// Its names: `da/policy:6.5`.
  public let tags: [String]
  /// Its names by digest: `da/policy@sha256:…`.
  public let digests: [String]

  /// Bytes of disk that it takes, layers that others share included.
  public let size: Int64

  init(_ json: Value) throws {
    let json = try json.object()
    id = json.text("Id")
    // Up to API 1.42 an image without a name has this one.
    tags = json.texts("RepoTags").filter { $0 != "<none>:<none>" }
    digests = json.texts("RepoDigests").filter { $0 != "<none>@<none>" }
    size = json.integer("Size")
  }
}
