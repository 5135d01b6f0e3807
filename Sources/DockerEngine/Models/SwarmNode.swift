import Values

/// A member of a swarm, as its managers know it.
public struct SwarmNode: Sendable, Hashable {
  /// The node ID.
  public let id: String
  /// The version that an update must name.
  public let version: Int64
  /// When it joined, as text that sorts by time: RFC 3339 in UTC without a zone; empty when that is not known.
  public let createdAt: String
  /// The whole spec, also what is not modelled here.
  public let spec: Value
  /// What it should be.
  public let role: NodeRole
  /// `active`, `pause` or `drain`.
  public let availability: NodeAvailability
  /// The labels that constraints look at as `node.labels.*`.
  public let labels: [String: String]
  /// The host name. Names repeat; the ID does not.
  public let hostname: String
  /// Docker's version on it.
  public let engineVersion: String
  /// `ready`, `down`, `unknown` or `disconnected`.
  public let state: NodeState
  /// Why the state is so, for example `heartbeat failure`.
  public let message: String
  /// The address that the managers see it come from. May be 0.0.0.0, 127.0.0.1 or a NAT's (moby#35437, #30119).
  public let address: String
  /// What it is as a manager; `nil` for a worker.
  public let manager: ManagerStatus?
  /// The root certificates that it trusts, PEM.
  public let trustRoot: String
  /// Who issued its own certificate.
  public let issuer: CertificateIssuer
  /// What its engine runs on.
  public let platform: Platform
  /// What it has for tasks in all.
  public let resources: Resources
  /// The labels of its engine's own configuration, which constraints look at as `engine.labels.*`.
  public let engineLabels: [String: String]

  /// What an engine runs on.
  public struct Platform: Sendable, Hashable {
    /// For example `linux`.
    public let system: String
    /// For example `x86_64`.
    public let architecture: String
  }

  /// A node's part among the managers.
  public struct ManagerStatus: Sendable, Hashable {
    /// Whether it leads.
    public let isLeader: Bool
    /// Whether the other managers reach it.
    public let isReachable: Bool
    /// Its address with the port: `10.77.0.1:2377`.
    public let address: String
  }

  init(_ json: Value) throws {
    let json = try json.object()
    id = json.text("ID")
    version = json.child("Version").integer("Index")
    // Without the zone's letter, which is greater than the digits that may be in its place.
    createdAt = String(json.text("CreatedAt").prefix { $0 != "Z" })
    spec = json.child("Spec")
    role = NodeRole(rawValue: spec.text("Role"))
    availability = NodeAvailability(rawValue: spec.text("Availability"))
    labels = spec.map("Labels")
    let description = json.child("Description")
    hostname = description.text("Hostname")
    engineVersion = description.child("Engine").text("EngineVersion")
    trustRoot = description.child("TLSInfo").text("TrustRoot")
    issuer = CertificateIssuer(description.child("TLSInfo"))
    let platform = description.child("Platform")
    self.platform = Platform(system: platform.text("OS"), architecture: platform.text("Architecture"))
    resources = Resources(description.child("Resources"))
    engineLabels = description.child("Engine").map("Labels")
    let status = json.child("Status")
    state = NodeState(rawValue: status.text("State"))
    message = status.text("Message")
    address = status.text("Addr")
    manager =
      json["ManagerStatus"]?.objectValue == nil
      ? nil
      : ManagerStatus(
        isLeader: json.child("ManagerStatus").flag("Leader"),
        isReachable: json.child("ManagerStatus").text("Reachability") == "reachable",
        address: json.child("ManagerStatus").text("Addr"))
  }
}

/// What a node is in its swarm.
public struct NodeRole: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
  /// The engine's own word.
  public let rawValue: String
  /// From the engine's word.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// Runs tasks.
  public static let worker = NodeRole(rawValue: "worker")
  /// Runs tasks and keeps the swarm's store.
  public static let manager = NodeRole(rawValue: "manager")

  /// The engine's own word.
  public var description: String { rawValue }
}

/// Whether a node takes tasks.
public struct NodeAvailability: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
  /// The engine's own word.
  public let rawValue: String
  /// From the engine's word.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// Takes tasks.
  public static let active = NodeAvailability(rawValue: "active")
  /// Keeps its tasks and takes no new ones.
  public static let pause = NodeAvailability(rawValue: "pause")
  /// Gives its tasks away.
  public static let drain = NodeAvailability(rawValue: "drain")

  /// The engine's own word.
  public var description: String { rawValue }
}

/// Whether a node is connected to the managers.
public struct NodeState: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
  /// The engine's own word.
  public let rawValue: String
  /// From the engine's word.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// Connected.
  public static let ready = NodeState(rawValue: "ready")
  /// Its heartbeats ended; three missed ones take at least 15 seconds.
  public static let down = NodeState(rawValue: "down")
  /// The managers have just started and have not heard of it yet.
  public static let unknown = NodeState(rawValue: "unknown")
  /// It said goodbye.
  public static let disconnected = NodeState(rawValue: "disconnected")

  /// The engine's own word.
  public var description: String { rawValue }
}
