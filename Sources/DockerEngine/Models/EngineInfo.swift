import Foundation
import Values

/// What `GET /info` reports about an engine.
package struct EngineInfo: Sendable, Hashable {
  /// The engine's own ID; not the node ID.
  package let id: String
  /// The host name.
  package let name: String
  /// Docker's version, for example `20.10.24`.
  package let serverVersion: String
  /// For example `Debian GNU/Linux 12 (bookworm)`.
  package let operatingSystem: String
  /// What it runs on, for example `linux`; empty when it does not say.
  package let system: String
  /// For example `x86_64`; empty when it does not say.
  package let architecture: String
  /// The folder in which the engine keeps its data, certificates of a swarm included.
  package let dataRoot: String
  /// The host's clock, in RFC 3339, as the engine wrote it.
  package let systemTime: String
  /// What the engine warns of.
  package let warnings: [String]
  /// Its part in a swarm.
  package let swarm: SwarmMembership
  /// How many containers run.
  package let runningContainers: Int
  /// Where containers' output goes; `json-file`, `journald` and `local` can be read again.
  package let loggingDriver: String
  /// What it has for containers.
  package let resources: Resources

  init(_ json: Value) throws {
    let json = try json.object()
    id = json.text("ID")
    name = json.text("Name")
    serverVersion = json.text("ServerVersion")
    operatingSystem = json.text("OperatingSystem")
    system = json.text("OSType")
    architecture = json.text("Architecture")
    dataRoot = json.text("DockerRootDir")
    systemTime = json.text("SystemTime")
    warnings = json.texts("Warnings")
    swarm = SwarmMembership(json.child("Swarm"))
    runningContainers = Int(json.integer("ContainersRunning"))
    loggingDriver = json.text("LoggingDriver")
    resources = Resources(
      nanoCPUs: json.integer("NCPU").multipliedBounded(by: 1_000_000_000), memory: json.integer("MemTotal"))
  }

  /// The host's clock; `nil` when it is not written as expected.
  package var systemDate: Date? {
    // Go writes nanoseconds with zeros left out; the parser wants a fixed form.
    let parts = systemTime.split(separator: ".", maxSplits: 1)
    guard parts.count == 2 else { return try? Date(systemTime, strategy: .iso8601) }
    let digits = parts[1].prefix { $0.isNumber }
    let zone = parts[1].dropFirst(digits.count)
    guard let whole = try? Date(parts[0] + zone, strategy: .iso8601), let fraction = Double("0.\(digits)") else {
      return nil
    }
    return whole.addingTimeInterval(fraction)
  }
}

/// What `GET /version` reports.
package struct EngineVersion: Sendable, Hashable {
  /// Docker's version.
  package let version: String
  /// The newest API version that the engine speaks.
  package let apiVersion: APIVersion?
  /// The oldest that it speaks.
  package let minimumAPIVersion: APIVersion?
  /// For example `linux`.
  package let operatingSystem: String
  /// For example `amd64`.
  package let architecture: String

  init(_ json: Value) throws {
    let json = try json.object()
    version = json.text("Version")
    apiVersion = APIVersion(json.text("ApiVersion"))
    minimumAPIVersion = APIVersion(json.text("MinAPIVersion"))
    operatingSystem = json.text("Os")
    architecture = json.text("Arch")
  }
}

/// What `GET /_ping` reports, in its headers.
package struct EnginePing: Sendable, Hashable {
  /// The newest API version that the engine speaks.
  package let apiVersion: APIVersion?
  /// The engine's part in a swarm, for example `active/manager`; `nil` from engines that do not say.
  package let swarm: String?

  init(headers: [String: String]) {
    apiVersion = headers["api-version"].flatMap { APIVersion($0) }
    swarm = headers["swarm"]
  }
}

/// An engine's part in a swarm, as it sees it itself.
package struct SwarmMembership: Sendable, Hashable {
  /// How far it is.
  package let state: LocalNodeState
  /// Its node ID; empty when it is in no swarm.
  package let nodeID: String
  /// The address that it advertises.
  package let nodeAddress: String
  /// Whether it is a manager that can answer for the swarm.
  package let isManager: Bool
  /// What went wrong on joining or later, in the engine's words; empty when nothing did.
  package let error: String
  /// The managers that it knows.
  package let managers: [Peer]
  /// The swarm's ID; only managers know it.
  package let clusterID: String?

  /// A manager as another node knows it.
  package struct Peer: Sendable, Hashable {
    /// Its node ID.
    package let nodeID: String
    /// Its address with the port: `10.77.0.1:2377`.
    package let address: String
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
package struct LocalNodeState: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
  /// The engine's own word.
  package let rawValue: String
  /// From the engine's word.
  package init(rawValue: String) { self.rawValue = rawValue }

  /// In no swarm.
  package static let inactive = LocalNodeState(rawValue: "inactive")
  /// Joining, or starting again.
  package static let pending = LocalNodeState(rawValue: "pending")
  /// In a swarm.
  package static let active = LocalNodeState(rawValue: "active")
  /// Failed; the membership's error says why.
  package static let error = LocalNodeState(rawValue: "error")
  /// A manager that waits for the unlock key.
  package static let locked = LocalNodeState(rawValue: "locked")

  /// The engine's own word.
  package var description: String { rawValue }
}
