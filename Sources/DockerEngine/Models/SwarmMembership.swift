import Values

/// An engine's part in a swarm, as it sees it itself.
public struct SwarmMembership: Sendable, Hashable {
  /// How far it is.
  public let state: LocalNodeState
  /// Its node ID; empty when it is in no swarm.
  public let nodeID: String
  /// The address that it advertises.
  public let nodeAddress: String
  /// Whether it is a manager that can answer for the swarm.
  public let isManager: Bool
  /// What went wrong on joining or later, in the engine's words; empty when nothing did.
  public let error: String
  /// The managers that it knows.
  public let managers: [Peer]
  /// The swarm's ID; only managers know it.
  public let clusterID: String?

  /// A manager as another node knows it.
  public struct Peer: Sendable, Hashable {
    /// Its node ID.
    public let nodeID: String
    /// Its address with the port: `10.77.0.1:2377`.
    public let address: String
  }

  init(_ json: Value) {
    state = LocalNodeState(rawValue: json.text("LocalNodeState"))
    nodeID = json.text("NodeID")
    nodeAddress = json.text("NodeAddr")
    isManager = json.flag("ControlAvailable")
    error = json.text("Error")
    managers = json.list("RemoteManagers").map { Peer(nodeID: $0.text("NodeID"), address: $0.text("Addr")) }
    clusterID = json.child("Cluster").text("ID").nonEmpty
  }
}

/// How far an engine is in joining or being in a swarm.
public struct LocalNodeState: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
  /// The engine's own word.
  public let rawValue: String
  /// From the engine's word.
  public init(rawValue: String) { self.rawValue = rawValue }

  /// In no swarm.
  public static let inactive = LocalNodeState(rawValue: "inactive")
  /// Joining, or starting again.
  public static let pending = LocalNodeState(rawValue: "pending")
  /// In a swarm.
  public static let active = LocalNodeState(rawValue: "active")
  /// Failed; the membership's error says why.
  public static let error = LocalNodeState(rawValue: "error")
  /// A manager that waits for the unlock key.
  public static let locked = LocalNodeState(rawValue: "locked")

  /// The engine's own word.
  public var description: String { rawValue }
}
