import Values

/// What one engine has heard from the others about an overlay network. They exchange it over port 7946.
///
/// It decides what a service's name means on that host, and to which host a packet goes.
public struct NetworkGossip: Sendable, Hashable {
  /// The addresses of the engines that take part in the network, its own included.
  public let peers: [String]
  /// The addresses in the network that it knows, of tasks of all hosts.
  public let addresses: Set<String>

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
