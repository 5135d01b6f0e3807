import Foundation
import Values

/// What `GET /info` reports about an engine.
public struct EngineInfo: Sendable, Hashable {
  /// The engine's own ID; not the node ID.
  public let id: String
  /// The host name.
  public let name: String
  /// Docker's version, for example `20.10.24`.
  public let serverVersion: String
  /// For example `Debian GNU/Linux 12 (bookworm)`.
  public let operatingSystem: String
  /// What it runs on, for example `linux`; empty when it does not say.
  public let system: String
  /// For example `x86_64`; empty when it does not say.
  public let architecture: String
  /// The folder in which the engine keeps its data, certificates of a swarm included.
  public let dataRoot: String
  /// The host's clock, in RFC 3339, as the engine wrote it.
  public let systemTime: String
  /// What the engine warns of.
  public let warnings: [String]
  /// Its part in a swarm.
  public let swarm: SwarmMembership
  /// How many containers run.
  public let runningContainers: Int
  /// Where containers' output goes; `json-file`, `journald` and `local` can be read again.
  public let loggingDriver: String
  /// What it has for containers.
  public let resources: Resources

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
  public var systemDate: Date? {
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
