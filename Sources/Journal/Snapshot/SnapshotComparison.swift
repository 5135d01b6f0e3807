/// The differences between two snapshots, as sentences for people.
package struct SnapshotComparison: Sendable {
  private let before: SwarmSnapshot
  private let after: SwarmSnapshot

  /// Compares two snapshots.
  package init(_ before: SwarmSnapshot, _ after: SwarmSnapshot) {
    self.before = before
    self.after = after
  }

  /// A difference.
  package struct Difference: Sendable, Hashable {
    /// The host or the service that it is about.
    package let subject: String
    /// For example `worker of da1's swarm; was alone in a swarm of its own`.
    package let text: String
  }

  /// The differences: of hosts in the order of the inventory, then of services by their names. Empty when both show the
  /// same. Which manager leads, and versions that count changes, do not count.
  package var differences: [Difference] { hosts + services }

  private var hosts: [Difference] {
    let earlier = before.standings, new = after.standings
    let old = Dictionary(earlier.map { ($0.name, $0) }) { $1 }
    let names = Set(new.map(\.name))
    let gone = earlier.filter { !names.contains($0.name) }
    return new.flatMap { status in
      guard let earlier = old[status.name] else {
        return [Difference(subject: status.name, text: "\(status.position); was not in the inventory")]
      }
      return compare(earlier, status).map { Difference(subject: status.name, text: $0) }
    } + gone.map { Difference(subject: $0.name, text: "not in the inventory any more; was \($0.position)") }
  }

  private func compare(_ old: HostStatus, _ new: HostStatus) -> [String] {
    var found: [String] = []
    if old.position != new.position {
      found.append("\(new.position); was \(old.position)")
    } else if let was = old.swarm, let now = new.swarm, was != now {
      found.append("\(new.position), but that is another swarm than before")
    }
    if let was = old.availability, let now = new.availability, was != now {
      found.append("\(Self.words(ofAvailability: now)); was \(Self.words(ofAvailability: was))")
    }
    if let was = old.state, let now = new.state, was != now { found.append("\(now); was \(was)") }
    for name in Set(old.labels.keys).union(new.labels.keys).sorted() where old.labels[name] != new.labels[name] {
      switch (old.labels[name], new.labels[name]) {
      case (nil, let value?): found.append("has the label \(name)=\(value)")
      case (let value?, nil): found.append("has lost the label \(name)=\(value)")
      case (let was?, let now?): found.append("label \(name) is \(now); was \(was)")
      case (nil, nil): break
      }
    }
    return found
  }

  private static func words(ofAvailability text: String) -> String {
    switch text {
    case "drain": "drained"
    case "pause": "paused"
    default: text
    }
  }

  private var services: [Difference] {
    let old = before.placements, new = after.placements
    return Set(old.keys).union(new.keys).sorted().compactMap { name in
      switch (old[name], new[name]) {
      case (nil, let now?): Difference(subject: name, text: "\(now.words); was not there")
      case (let was?, nil): Difference(subject: name, text: "not there any more; \(was.pastWords)")
      case (let was?, let now?): compare(was, now).map { Difference(subject: name, text: $0) }
      case (nil, nil): nil
      }
    }
  }

  private func compare(_ old: ServicePlacement, _ new: ServicePlacement) -> String? {
    var found: [String] = []
    if old.hosts != new.hosts { found.append("\(new.words); \(old.pastWords)") }
    if old.images != new.images {
      found.append(
        "its image is \(new.images.sorted().joined(separator: ", ")); "
          + "was \(old.images.sorted().joined(separator: ", "))")
    }
    return found.isEmpty ? nil : found.joined(separator: "; ")
  }
}

/// The state of one host in a snapshot, from the reports of the host and its managers.
package struct HostStatus: Sendable, Hashable {
  /// Its name in the inventory.
  package let name: String
  /// In words: `in no swarm`, `alone in a swarm of its own`, `manager of da1's swarm`, `worker of da1's swarm`.
  package let position: String
  /// The cluster ID of its swarm, if one of its managers reported it.
  package let swarm: String?
  /// `active`, `pause` or `drain`; `nil` if no manager reported it.
  package let availability: String?
  /// What the managers report about it: `ready`, `down`; `nil` if none did.
  package let state: String?
  /// Its labels.
  package let labels: [String: String]
  /// The services that run on it, in order; one entry for each task.
  package let services: [String]
}

extension SwarmSnapshot {
  /// What is known of each host, in the order of the inventory.
  package var standings: [HostStatus] {
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
