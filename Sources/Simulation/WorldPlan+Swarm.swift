import SwarmModel
import Values

extension WorldPlan {
  /// A swarm that exists at the beginning, as a snapshot of a real one describes it. It holds no secret: tokens, keys
  /// and certificates are the simulated swarm's own.
  public struct Swarm: Sendable, Hashable {
    /// The swarm's ID; made up where it is left out.
    public var id: String?
    /// Whether managers lock.
    public var isAutolocked = false
    /// How long node certificates are valid, in seconds; Docker's 90 days where it is left out.
    public var certificateValidity: Double?
    /// The nodes.
    public var nodes: [Node] = []
    /// The overlay networks, the routing mesh's included.
    public var networks: [Part] = []
    /// The secrets, without what they contain.
    public var secrets: [Part] = []
    /// The configurations, without what they contain.
    public var configs: [Part] = []
    /// The services.
    public var services: [Service] = []

    /// A swarm without anything.
    public init() {}
  }

  /// A node of a swarm.
  public struct Node: Sendable, Hashable {
    /// The host of the inventory that it is; `nil` for a machine outside of it.
    public var host: String?
    /// Its node ID.
    public var id: String?
    /// The host name of a machine outside.
    public var hostname: String?
    /// The address of a machine outside.
    public var address: String?
    /// Whether it manages the swarm.
    public var isManager = false
    /// Whether it leads.
    public var isLeader = false
    /// `active`, `pause` or `drain`.
    public var availability = "active"
    /// Whether the managers have given it up.
    public var isDown = false
    /// Whether it waits for the unlock key.
    public var isLocked = false
    /// Its labels.
    public var labels: [String: String] = [:]

    /// A worker without an identity yet.
    public init() {}
  }

  /// A network, a secret or a configuration.
  public struct Part: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// Its ID.
    public var id: String?
    /// Its labels.
    public var labels: [String: String] = [:]
    /// Whether it is the routing mesh's network.
    public var isIngress = false

    /// Names it.
    public init(name: String, id: String? = nil) {
      self.name = name
      self.id = id
    }
  }

  /// A service with where it runs.
  public struct Service: Sendable, Hashable {
    /// Its ID.
    public var id: String?
    /// What it is.
    public var shape: ServiceShape
    /// The IDs of the nodes that its tasks run on.
    public var nodes: [String] = []

    /// Describes it.
    public init(_ shape: ServiceShape) { self.shape = shape }
  }
}

extension WorldPlan.Swarm {
  /// What the model makes of it. Machines outside of the inventory must be engines of that world already.
  func beginning(in plan: WorldPlan) -> SwarmBeginning {
    var beginning = SwarmBeginning()
    beginning.id = id
    beginning.spec = ["EncryptionConfig": ["AutoLockManagers": .bool(isAutolocked)]]
    if let certificateValidity {
      beginning.spec = [
        "EncryptionConfig": ["AutoLockManagers": .bool(isAutolocked)],
        "CAConfig": ["NodeCertExpiry": .integer(Int64(nearest: certificateValidity * 1e9))],
      ]
    }
    beginning.nodes = nodes.enumerated().map { index, node in
      let known = node.host.flatMap { plan.inventory.host(named: $0) }
      var begun = SwarmBeginning.Node(
        host: node.host ?? node.engineName(index), address: node.address ?? known?.swarmAddress ?? "127.0.0.1",
        isManager: node.isManager)
      begun.id = node.id
      begun.isLeader = node.isLeader
      begun.availability = node.availability
      begun.labels = node.labels
      begun.isDown = node.isDown
      begun.isLocked = node.isLocked
      return begun
    }
    func parts(_ parts: [WorldPlan.Part]) -> [SwarmBeginning.Part] {
      parts.map { SwarmBeginning.Part(name: $0.name, id: $0.id, labels: $0.labels) }
    }
    beginning.ingressID = networks.first(where: \.isIngress)?.id
    beginning.networks = parts(networks.filter { !$0.isIngress })
    beginning.secrets = parts(secrets)
    beginning.configs = parts(configs)
    beginning.services = services.map { .init(id: $0.id, spec: $0.shape.spec, nodes: $0.nodes) }
    return beginning
  }
}

extension WorldPlan.Node {
  /// What the engine of a machine outside of the inventory is called in the model.
  func engineName(_ index: Int) -> String { "outside/\(id ?? "\(hostname ?? "")/\(index)")" }
}
