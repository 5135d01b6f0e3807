/// What is known of a node, or planned for it, before tasks are placed. `nil` is what is not known.
public struct NodeFacts: Sendable, Hashable {
  /// The name for messages: the host's inventory name.
  public var name: String
  /// The node ID.
  public var id: String?
  /// The hostname that the engine reports.
  public var hostname: String?
  /// `manager` or `worker`.
  public var role: String?
  /// The IP address that the swarm has for the node.
  public var address: String?
  /// The operating system that the engine reports, for example `linux`.
  public var system: String?
  /// The architecture that the engine reports, for example `x86_64`.
  public var architecture: String?
  /// The node's labels, all of them.
  public var labels: [String: String]
  /// The labels of the engine's own configuration, all of them.
  public var engineLabels: [String: String]?
  /// `active`, `pause` or `drain`; `nil` counts as active.
  public var availability: String?
  /// How many processors it has.
  public var cpus: Double?
  /// How many bytes of memory it has.
  public var memory: Double?

  /// Gathers what is known of a node.
  public init(
    name: String, id: String? = nil, hostname: String? = nil, role: String? = nil, address: String? = nil,
    system: String? = nil, architecture: String? = nil, labels: [String: String] = [:],
    engineLabels: [String: String]? = nil
  ) {
    self.name = name
    self.id = id
    self.hostname = hostname
    self.role = role
    self.address = address
    self.system = system
    self.architecture = architecture
    self.labels = labels
    self.engineLabels = engineLabels
  }
}
