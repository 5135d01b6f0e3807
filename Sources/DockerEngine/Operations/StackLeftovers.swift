import Values

/// Finds what stacks have left behind: networks, secrets and configurations that carry the label of a stack which has no
/// service any more.
public struct StackLeftovers: Sendable {
  private let manager: EngineClient

  /// - Parameter manager: a manager of the swarm.
  public init(manager: EngineClient) { self.manager = manager }

  /// One thing that was left behind.
  public struct Leftover: Sendable, Hashable {
    /// `network`, `secret` or `config`.
    public let kind: String
    /// Its ID.
    public let id: String
    /// Its name.
    public let name: String
    /// The stack whose label it carries.
    public let stack: String
    /// What holds a network: containers on the manager, and tasks on any node.
    public let attached: [String]
  }

  /// What is left of one stack, or of all that are no longer deployed.
  public func find(stack: String? = nil) async throws -> [Leftover] {
    let filters = stack.map { Filters.stack($0) } ?? .label(StackLabel.namespace)
    async let services = manager.services(filters)
    async let networks = manager.networks(filters)
    async let secrets = manager.secrets(filters)
    async let configs = manager.configs(filters)
    let deployed = Set(try await services.compactMap(\.stack))
    func isLeft(_ labels: [String: String]) -> String? {
      labels[StackLabel.namespace].flatMap { deployed.contains($0) ? nil : $0 }
    }
    let parts =
      try await secrets.map { ("secret", $0) } + (try await configs.map { ("config", $0) })
    var found = parts.compactMap { kind, part in
      isLeft(part.labels).map { Leftover(kind: kind, id: part.id, name: part.name, stack: $0, attached: []) }
    }
    for network in try await networks {
      guard let stack = isLeft(network.labels) else { continue }
      let attached = try await StackNetworks(manager: manager).attached(to: network)
      found.append(Leftover(kind: "network", id: network.id, name: network.name, stack: stack, attached: attached))
    }
    return found.sorted { ($0.kind, $0.name) < ($1.kind, $1.name) }
  }
}
