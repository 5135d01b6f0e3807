import Values

/// A network, as one engine knows it.
public struct EngineNetwork: Sendable, Hashable {
  /// The network's ID.
  public let id: String
  /// Its name.
  public let name: String
  /// `swarm`, `local` or `global`.
  public let scope: String
  /// `overlay`, `bridge` and so on.
  public let driver: String
  /// Its labels.
  public let labels: [String: String]
  /// Whether it is the routing mesh's.
  public let isIngress: Bool
  /// What is attached to it on this engine; known only for a network that was inspected.
  public let endpoints: [Endpoint]

  /// Something that is attached to a network.
  public struct Endpoint: Sendable, Hashable {
    /// The container's ID.
    public let containerID: String
    /// Its name.
    public let name: String
    /// Its address with the prefix length.
    public let address: String
  }

  init(_ json: Value) throws {
    let json = try json.object()
    // The engine writes `Id` here, where all else of a swarm has `ID`.
    id = json.text("Id").nonEmpty ?? json.text("ID")
    name = json.text("Name")
    scope = json.text("Scope")
    driver = json.text("Driver")
    labels = json.map("Labels")
    isIngress = json.flag("Ingress")
    endpoints = (json["Containers"]?.objectValue ?? [:])
      .map { Endpoint(containerID: $0.key, name: $0.value.text("Name"), address: $0.value.text("IPv4Address")) }
      .sorted { $0.name < $1.name }
  }
}
