import Values

/// A swarm that exists when a world begins. What has no ID is given one, and its secrets are always new.
public struct SwarmBeginning: Sendable {
  /// A node.
  public struct Node: Sendable {
    /// The engine that is this node.
    public var host: String
    /// Its node ID.
    public var id: String?
    /// The address that it advertises.
    public var address: String
    /// Whether it manages the swarm.
    public var isManager: Bool
    /// Whether it leads.
    public var isLeader = false
    /// `active`, `pause` or `drain`.
    public var availability = "active"
    /// Its labels.
    public var labels: [String: String] = [:]
    /// Whether the managers have given it up; its engine is off then.
    public var isDown = false
    /// Whether its engine waits for the unlock key.
    public var isLocked = false

    /// A node like most.
    public init(host: String, address: String, isManager: Bool) {
      self.host = host
      self.address = address
      self.isManager = isManager
    }
  }

  /// A network, a secret or a configuration.
  public struct Part: Sendable {
    /// Its name.
    public var name: String
    /// Its ID.
    public var id: String?
    /// Its labels.
    public var labels: [String: String]

    /// Names it.
    public init(name: String, id: String? = nil, labels: [String: String] = [:]) {
      self.name = name
      self.id = id
      self.labels = labels
    }
  }

  /// A service.
  public struct Service: Sendable {
    /// Its ID.
    public var id: String?
    /// As the API has it; networks may be named.
    public var spec: Value
    /// The IDs of the nodes that its tasks are on; where more are wanted, the scheduler chooses.
    public var nodes: [String]

    /// Describes it.
    public init(id: String? = nil, spec: Value, nodes: [String] = []) {
      self.id = id
      self.spec = spec
      self.nodes = nodes
    }
  }

  /// The swarm's ID.
  public var id: String?
  /// Parts of its spec that are not as usual.
  public var spec: Value = .object([:])
  /// The nodes; one of them manages.
  public var nodes: [Node] = []
  /// The overlay networks beside the routing mesh's.
  public var networks: [Part] = []
  /// The ID of the routing mesh's network.
  public var ingressID: String?
  /// The secrets, without what they contain.
  public var secrets: [Part] = []
  /// The configurations, without what they contain.
  public var configs: [Part] = []
  /// The services.
  public var services: [Service] = []

  /// A swarm without nodes yet.
  public init() {}
}
