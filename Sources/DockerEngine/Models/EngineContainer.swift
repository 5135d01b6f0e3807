import Values

/// A container on one engine.
package struct EngineContainer: Sendable, Hashable {
  /// The container's ID.
  package let id: String
  /// Its name, without the slash that the engine puts before it.
  package let name: String
  /// The image's name.
  package let image: String
  /// `created`, `running`, `paused`, `restarting`, `removing`, `exited` or `dead`.
  package let state: String
  /// The state for a person: `Up 3 minutes (healthy)`.
  package let status: String
  /// Its labels.
  package let labels: [String: String]
  /// The names of the networks that it is attached to.
  package let networks: [String]

  init(_ json: Value) throws {
    let json = try json.object()
    id = json.text("Id")
    let name = json.texts("Names").first ?? ""
    self.name = name.hasPrefix("/") ? String(name.dropFirst()) : name
    image = json.text("Image")
    state = json.text("State")
    status = json.text("Status")
    labels = json.map("Labels")
    networks = (json.child("NetworkSettings")["Networks"]?.objectValue ?? [:]).keys.sorted()
  }
}

/// An image on one engine.
package struct EngineImage: Sendable, Hashable {
  /// The image's ID: `sha256:…`.
  package let id: String
  /// Its names: `da/policy:6.5`.
  package let tags: [String]
  /// Its names by digest: `da/policy@sha256:…`.
  package let digests: [String]

  /// Bytes of disk that it takes, layers that others share included.
  package let size: Int64

  init(_ json: Value) throws {
    let json = try json.object()
    id = json.text("Id")
    // Up to API 1.42 an image without a name has this one.
    tags = json.texts("RepoTags").filter { $0 != "<none>:<none>" }
    digests = json.texts("RepoDigests").filter { $0 != "<none>@<none>" }
    size = json.integer("Size")
  }
}
