/// Where a service runs, in all swarms of a snapshot together: each standalone appliance has its own swarm.
public struct ServicePlacement: Sendable, Hashable {
  /// The hosts on which tasks of it run, in order, one entry for each task. A node that is not a host of the inventory
  /// is named by its own host name.
  public internal(set) var hosts: [String] = []
  /// Its images.
  public internal(set) var images: Set<String> = []

  /// In words.
  public var words: String { hosts.isEmpty ? "runs nowhere" : "runs on " + places }
  /// In words, for an earlier moment.
  var pastWords: String { hosts.isEmpty ? "ran nowhere" : "ran on " + places }

  private var places: String {
    var counts: [(host: String, count: Int)] = []
    for host in hosts {
      if counts.last?.host == host { counts[counts.count - 1].count += 1 } else { counts.append((host, 1)) }
    }
    return counts.map { $0.count == 1 ? $0.host : "\($0.host) (\($0.count) times)" }.joined(separator: ", ")
  }
}

extension SwarmSnapshot {
  /// Where each service runs, by its name.
  public var placements: [String: ServicePlacement] {
    let names = Dictionary(hosts.filter { !$0.nodeID.isEmpty }.map { ($0.nodeID, $0.name) }) { first, _ in first }
    var found: [String: ServicePlacement] = [:]
    for swarm in swarms {
      let own = Dictionary(swarm.nodes.map { ($0.id, $0.hostname) }) { first, _ in first }
      for service in swarm.services {
        found[service.name, default: ServicePlacement()].images.insert(service.image)
        found[service.name]?.hosts += service.nodeIDs.map { names[$0] ?? own[$0] ?? $0 }
      }
    }
    return found.mapValues { placement in
      var placement = placement
      placement.hosts.sort()
      return placement
    }
  }
}
