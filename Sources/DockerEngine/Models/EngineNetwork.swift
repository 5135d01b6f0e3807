import Values

/// A network, as one engine knows it.
package struct EngineNetwork: Sendable, Hashable {
  /// The network's ID.
  package let id: String
  /// Its name.
  package let name: String
  /// `swarm`, `local` or `global`.
  package let scope: String
  /// `overlay`, `bridge` and so on.
  package let driver: String
  /// Its labels.
  package let labels: [String: String]
  /// Whether it is the routing mesh's.
  package let isIngress: Bool
  /// What is attached to it on this engine; known only for a network that was inspected.
  package let endpoints: [Endpoint]

  /// Something that is attached to a network.
  package struct Endpoint: Sendable, Hashable {
    /// The container's ID.
    package let containerID: String
    /// Its name.
    package let name: String
    /// Its address with the prefix length.
    package let address: String
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

/// What one engine has heard from the others about an overlay network. They exchange it over port 7946.
///
/// It decides what a service's name means on that host, and to which host a packet goes.
package struct NetworkGossip: Sendable, Hashable {
  /// The addresses of the engines that take part in the network, its own included.
  package let peers: [String]
  /// The addresses in the network that it knows, of tasks of all hosts.
  package let addresses: Set<String>

  init(peers: [String], addresses: Set<String>) {
    self.peers = peers
    self.addresses = addresses
  }

  init(_ json: Value) throws {
    let json = try json.object()
    peers = json.list("Peers").map { $0.text("IP") }.sorted()
    let tasks = (json["Services"]?.objectValue ?? [:]).values.flatMap { $0.list("Tasks") }
    addresses = Set(tasks.map { $0.text("EndpointIP") })
  }
}
