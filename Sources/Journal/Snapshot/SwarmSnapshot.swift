import Foundation
import Values

/// The state of an inventory's hosts and their swarms at one moment, as far as they reported it. `plan`, `report` and
/// `diff` compare it. Holds no secret.
package struct SwarmSnapshot: Sendable, Hashable, Codable {
  /// The hosts, in the order of the inventory.
  package var hosts: [Host]
  /// The swarms that at least one host manages.
  package var swarms: [Swarm]

  package init(hosts: [Host], swarms: [Swarm]) {
    self.hosts = hosts
    self.swarms = swarms
  }

  /// A host of the inventory.
  package struct Host: Sendable, Hashable, Codable {
    /// Its name in the inventory.
    package var name: String
    /// Its engine's swarm state: `inactive`, `pending`, `active`, `error`, `locked`; empty if it did not report one.
    package var state: String
    /// Whether it manages its swarm.
    package var isManager: Bool
    /// Its node ID; empty in no swarm.
    package var nodeID: String
    /// Why nothing is known of it.
    package var problem: String?

    private enum CodingKeys: String, CodingKey {
      case name, state, problem
      case isManager = "is_manager"
      case nodeID = "node_id"
    }

    package init(name: String, state: String, isManager: Bool, nodeID: String, problem: String? = nil) {
      self.name = name
      self.state = state
      self.isManager = isManager
      self.nodeID = nodeID
      self.problem = problem
    }
  }

  /// A swarm, as one of its managers reports it.
  package struct Swarm: Sendable, Hashable, Codable {
    /// The cluster ID.
    package var id: String
    /// The host that reported it: the first of its managers in the inventory.
    package var name: String
    /// Its nodes, by their IDs in order.
    package var nodes: [Node]
    /// Its services, by name.
    package var services: [Service]

    package init(id: String, name: String, nodes: [Node], services: [Service]) {
      self.id = id
      self.name = name
      self.nodes = nodes
      self.services = services
    }
  }

  /// A node of a swarm.
  package struct Node: Sendable, Hashable, Codable {
    /// The node ID.
    package var id: String
    /// Its own host name. Names repeat.
    package var hostname: String
    /// `manager` or `worker`.
    package var role: String
    /// `active`, `pause` or `drain`.
    package var availability: String
    /// `ready`, `down`, `unknown` or `disconnected`.
    package var state: String
    /// Its labels.
    package var labels: [String: String]

    package init(
      id: String, hostname: String, role: String, availability: String, state: String, labels: [String: String]
    ) {
      self.id = id
      self.hostname = hostname
      self.role = role
      self.availability = availability
      self.state = state
      self.labels = labels
    }
  }

  /// A service of a swarm.
  package struct Service: Sendable, Hashable, Codable {
    /// Its name, with the stack's before it.
    package var name: String
    /// The image that it is described with.
    package var image: String
    /// How many tasks it should have; `nil` for one on each node.
    package var replicas: Int?
    /// The IDs of the nodes on which a task of it runs, in order; one for each task.
    package var nodeIDs: [String]

    private enum CodingKeys: String, CodingKey {
      case name, image, replicas
      case nodeIDs = "node_ids"
    }

    package init(name: String, image: String, replicas: Int?, nodeIDs: [String]) {
      self.name = name
      self.image = image
      self.replicas = replicas
      self.nodeIDs = nodeIDs
    }
  }
}

extension SwarmSnapshot {
  /// As an event's payload keeps it.
  package func value() throws -> Value { try ValueEncoder().encode(self) }

  /// The snapshot that an event's payload keeps; `nil` for anything else.
  package init?(_ value: Value?) {
    guard let value, value["hosts"]?.arrayValue != nil, value["swarms"]?.arrayValue != nil,
      let snapshot = try? ValueDecoder().decode(SwarmSnapshot.self, from: value)
    else { return nil }
    self = snapshot
  }
}

/// When a snapshot of the swarms was taken.
package enum SnapshotMoment: String, Codable, Sendable, Hashable {
  /// Before the run changed anything.
  case before
  /// After an execution of the run.
  case after
}

extension Sequence<Event> {
  /// The first snapshot from before a run, or the last one from after it; `nil` if there is none.
  package func snapshot(_ moment: SnapshotMoment) -> SwarmSnapshot? {
    let snapshots = compactMap { $0.content(Event.SnapshotTaken.self) }.filter { $0.moment == moment }
    return (moment == .before ? snapshots.first : snapshots.last)?.snapshot
  }
}

/// Where a service runs, in all swarms of a snapshot together: each standalone appliance has its own swarm.
package struct ServicePlacement: Sendable, Hashable {
  /// The hosts on which tasks of it run, in order, one entry for each task. A node that is not a host of the inventory
  /// is named by its own host name.
  package internal(set) var hosts: [String] = []
  /// Its images.
  package internal(set) var images: Set<String> = []

  /// In words.
  package var words: String { hosts.isEmpty ? "runs nowhere" : "runs on " + places }
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
  package var placements: [String: ServicePlacement] {
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
