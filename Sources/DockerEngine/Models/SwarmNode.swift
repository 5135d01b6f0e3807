import Foundation
import Values

/// A member of a swarm, as its managers know it.
package struct SwarmNode: Sendable, Hashable {
  /// The node ID.
  package let id: String
  /// The version that an update must name.
  package let version: Int64
  /// When it joined, as text that sorts by time: RFC 3339 in UTC without a zone; empty when that is not known.
  package let createdAt: String
  /// The whole spec, also what is not modelled here.
  package let spec: Value
  /// What it should be.
  package let role: NodeRole
  /// `active`, `pause` or `drain`.
  package let availability: NodeAvailability
  /// The labels that constraints look at as `node.labels.*`.
  package let labels: [String: String]
  /// The host name. Names repeat; the ID does not.
  package let hostname: String
  /// Docker's version on it.
  package let engineVersion: String
  /// `ready`, `down`, `unknown` or `disconnected`.
  package let state: NodeState
  /// Why the state is so, for example `heartbeat failure`.
  package let message: String
  /// The address that the managers see it come from. May be 0.0.0.0, 127.0.0.1 or a NAT's (moby#35437, #30119).
  package let address: String
  /// What it is as a manager; `nil` for a worker.
  package let manager: ManagerStatus?
  /// The root certificates that it trusts, PEM.
  package let trustRoot: String
  /// Who issued its own certificate.
  package let issuer: CertificateIssuer
  /// What its engine runs on.
  package let platform: Platform
  /// What it has for tasks in all.
  package let resources: Resources
  /// The labels of its engine's own configuration, which constraints look at as `engine.labels.*`.
  package let engineLabels: [String: String]

  /// What an engine runs on.
  package struct Platform: Sendable, Hashable {
    /// For example `linux`.
    package let system: String
    /// For example `x86_64`.
    package let architecture: String
  }

  /// A node's part among the managers.
  package struct ManagerStatus: Sendable, Hashable {
    /// Whether it leads.
    package let isLeader: Bool
    /// Whether the other managers reach it.
    package let isReachable: Bool
    /// Its address with the port: `10.77.0.1:2377`.
    package let address: String
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
package struct NodeRole: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
  /// The engine's own word.
  package let rawValue: String
  /// From the engine's word.
  package init(rawValue: String) { self.rawValue = rawValue }

  /// Runs tasks.
  package static let worker = NodeRole(rawValue: "worker")
  /// Runs tasks and keeps the swarm's store.
  package static let manager = NodeRole(rawValue: "manager")

  /// The engine's own word.
  package var description: String { rawValue }
}

/// Whether a node takes tasks.
package struct NodeAvailability: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
  /// The engine's own word.
  package let rawValue: String
  /// From the engine's word.
  package init(rawValue: String) { self.rawValue = rawValue }

  /// Takes tasks.
  package static let active = NodeAvailability(rawValue: "active")
  /// Keeps its tasks and takes no new ones.
  package static let pause = NodeAvailability(rawValue: "pause")
  /// Gives its tasks away.
  package static let drain = NodeAvailability(rawValue: "drain")

  /// The engine's own word.
  package var description: String { rawValue }
}

/// Whether a node is connected to the managers.
package struct NodeState: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
  /// The engine's own word.
  package let rawValue: String
  /// From the engine's word.
  package init(rawValue: String) { self.rawValue = rawValue }

  /// Connected.
  package static let ready = NodeState(rawValue: "ready")
  /// Its heartbeats ended; three missed ones take at least 15 seconds.
  package static let down = NodeState(rawValue: "down")
  /// The managers have just started and have not heard of it yet.
  package static let unknown = NodeState(rawValue: "unknown")
  /// It said goodbye.
  package static let disconnected = NodeState(rawValue: "disconnected")

  /// The engine's own word.
  package var description: String { rawValue }
}

/// The address of a manager, with the port of the swarm behind it: `10.0.0.1:2377` or `[fd00::1]:2377`.
package enum ManagerAddress {
  /// The address without the port.
  package static func host(of address: String) -> String {
    guard let colon = address.lastIndex(of: ":") else { return address }
    return address[..<colon].trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
  }
}
