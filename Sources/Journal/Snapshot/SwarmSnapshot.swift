import Foundation
import Values

/// The state of an inventory's hosts and their swarms at one moment, as far as they reported it. `plan`, `report` and
/// `diff` compare it. Holds no secret.
public struct SwarmSnapshot: Sendable, Hashable, Codable {
  /// The hosts, in the order of the inventory.
  public var hosts: [Host]
  /// The swarms that at least one host manages.
  public var swarms: [Swarm]

  /// Describes a snapshot.
  public init(hosts: [Host], swarms: [Swarm]) {
    self.hosts = hosts
    self.swarms = swarms
  }

  /// A host of the inventory.
  public struct Host: Sendable, Hashable, Codable {
    /// Its name in the inventory.
    public var name: String
    /// Its engine's swarm state: `inactive`, `pending`, `active`, `error`, `locked`; empty if it did not report one.
    public var state: String
    /// Whether it manages its swarm.
    public var isManager: Bool
    /// Its node ID; empty in no swarm.
    public var nodeID: String
    /// Why nothing is known of it.
    public var problem: String?

    private enum CodingKeys: String, CodingKey {
      case name, state, problem
      case isManager = "is_manager"
      case nodeID = "node_id"
    }

    /// Describes a host.
    public init(name: String, state: String, isManager: Bool, nodeID: String, problem: String? = nil) {
      self.name = name
      self.state = state
      self.isManager = isManager
      self.nodeID = nodeID
      self.problem = problem
    }
  }

  /// A swarm, as one of its managers reports it.
  public struct Swarm: Sendable, Hashable, Codable {
    /// The cluster ID.
    public var id: String
    /// The host that reported it: the first of its managers in the inventory.
    public var name: String
    /// Its nodes, by their IDs in order.
    public var nodes: [Node]
    /// Its services, by name.
    public var services: [Service]

    /// Describes a swarm.
    public init(id: String, name: String, nodes: [Node], services: [Service]) {
      self.id = id
      self.name = name
      self.nodes = nodes
      self.services = services
    }
  }

  /// A node of a swarm.
  public struct Node: Sendable, Hashable, Codable {
    /// The node ID.
    public var id: String
    /// Its own host name. Names repeat.
    public var hostname: String
    /// `manager` or `worker`.
    public var role: String
    /// `active`, `pause` or `drain`.
    public var availability: String
    /// `ready`, `down`, `unknown` or `disconnected`.
    public var state: String
    /// Its labels.
    public var labels: [String: String]

    /// Describes a node.
    public init(
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
  public struct Service: Sendable, Hashable, Codable {
    /// Its name, with the stack's before it.
    public var name: String
    /// The image that it is described with.
    public var image: String
    /// How many tasks it should have; `nil` for one on each node.
    public var replicas: Int?
    /// The IDs of the nodes on which a task of it runs, in order; one for each task.
    public var nodeIDs: [String]

    private enum CodingKeys: String, CodingKey {
      case name, image, replicas
      case nodeIDs = "node_ids"
    }

    /// Describes a service.
    public init(name: String, image: String, replicas: Int?, nodeIDs: [String]) {
      self.name = name
      self.image = image
      self.replicas = replicas
      self.nodeIDs = nodeIDs
    }
  }
}

extension SwarmSnapshot {
  /// As an event's payload keeps it.
  public func value() throws -> Value { try ValueEncoder().encode(self) }

  /// The snapshot that an event's payload keeps; `nil` for anything else.
  public init?(_ value: Value?) {
    guard let value, value["hosts"]?.arrayValue != nil, value["swarms"]?.arrayValue != nil,
      let snapshot = try? ValueDecoder().decode(SwarmSnapshot.self, from: value)
    else { return nil }
    self = snapshot
  }
}
