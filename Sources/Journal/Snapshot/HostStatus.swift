/// The state of one host in a snapshot, from the reports of the host and its managers.
public struct HostStatus: Sendable, Hashable {
  /// Its name in the inventory.
  public let name: String
  /// In words: `in no swarm`, `alone in a swarm of its own`, `manager of da1's swarm`, `worker of da1's swarm`.
  public let position: String
  /// The cluster ID of its swarm, if one of its managers reported it.
  public let swarm: String?
  /// `active`, `pause` or `drain`; `nil` if no manager reported it.
  public let availability: String?
  /// What the managers report about it: `ready`, `down`; `nil` if none did.
  public let state: String?
  /// Its labels.
  public let labels: [String: String]
  /// The services that run on it, in order; one entry for each task.
  public let services: [String]
}

extension SwarmSnapshot {
  /// What is known of each host, in the order of the inventory.
  public var standings: [HostStatus] {
    let places = Dictionary(
      swarms.enumerated().flatMap { index, swarm in swarm.nodes.map { ($0.id, index) } },
      uniquingKeysWith: { first, _ in first })
    return hosts.map { host in status(host, places[host.nodeID].map { swarms[$0] }) }
  }

  private func status(_ host: Host, _ swarm: Swarm?) -> HostStatus {
    let node = swarm?.nodes.first { $0.id == host.nodeID }
    return HostStatus(
      name: host.name, position: position(host, swarm), swarm: swarm?.id, availability: node?.availability,
      state: node?.state, labels: node?.labels ?? [:],
      services: (swarm?.services ?? []).flatMap { service in
        service.nodeIDs.filter { $0 == host.nodeID }.map { _ in service.name }
      })
  }

  private func position(_ host: Host, _ swarm: Swarm?) -> String {
    if host.problem != nil { return "not known" }
    switch host.state {
    case "inactive": return "in no swarm"
    case "active": break
    case "locked": return "manager of a swarm that is locked"
    default: return "in a swarm, \(host.state)"
    }
    guard let swarm else { return host.isManager ? "manager of a swarm without a leader" : "worker of another swarm" }
    if host.isManager, swarm.nodes.count == 1 { return "alone in a swarm of its own" }
    let name = swarm.name == host.name ? "its own swarm" : "\(swarm.name)'s swarm"
    return "\(host.isManager ? "manager" : "worker") of \(name)"
  }
}
