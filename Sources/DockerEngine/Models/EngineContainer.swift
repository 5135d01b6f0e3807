import Values

/// A container on one engine.
public struct EngineContainer: Sendable, Hashable {
  /// The container's ID.
  public let id: String
  /// Its name, without the slash that the engine puts before it.
  public let name: String
  /// The image's name.
  public let image: String
  /// `created`, `running`, `paused`, `restarting`, `removing`, `exited` or `dead`.
  public let state: String
  /// The state for a person: `Up 3 minutes (healthy)`.
  public let status: String
  /// Its labels.
  public let labels: [String: String]
  /// The names of the networks that it is attached to.
  public let networks: [String]

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
