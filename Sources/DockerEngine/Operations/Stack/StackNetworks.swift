import Values

/// Finds what is attached to the networks of a swarm.
package struct StackNetworks: Sendable {
  private let managers: Managers

  /// - Parameter manager: a manager of the swarm.
  package init(managers: Managers) { self.managers = managers }

  /// A network and who is attached to it.
  package struct Attached: Sendable, Hashable {
    /// The network.
    package let network: EngineNetwork
    /// For a person: `da_policy (task …) at 10.0.1.5/24`, and containers of the manager's own engine.
    package let attached: [String]
  }

  /// The networks that carry a stack's label.
  package func networks(ofStack stack: String) async throws -> [Attached] {
    var found: [Attached] = []
    let networks = try await managers.read { try await $0.networks(.stack(stack)) }
    for network in networks.sorted(by: { $0.name < $1.name }) {
      found.append(Attached(network: network, attached: try await attached(to: network)))
    }
    return found
  }

  /// What is attached to a network: tasks on any node that have not ended, and what else is on the manager's own
  /// engine.
  func attached(to network: EngineNetwork) async throws -> [String] {
    async let services = managers.read { try await $0.services() }
    async let all = managers.read { try await $0.tasks() }
    let tasks = try await all.filter { task in
      !task.state.isTerminal && task.attachments.contains { $0.networkID == network.id }
    }
    let names = Dictionary(try await services.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
    let ofTasks = tasks.map { task in
      let addresses = task.attachments.filter { $0.networkID == network.id }.flatMap(\.addresses)
      return "\(names[task.serviceID] ?? "a removed service") (task \(task.id)) at \(addresses.joined(separator: ", "))"
    }
    let containers = Set(tasks.compactMap(\.containerID))
    // The engine's own endpoint is there as long as the network is.
    let others = try await managers.read { try await $0.network(network.id) }.endpoints.filter { endpoint in
      !containers.contains(endpoint.containerID) && !endpoint.containerID.hasPrefix("lb-")
    }
    return ofTasks.sorted() + others.map { "\($0.name) at \($0.address)" }
  }
}
