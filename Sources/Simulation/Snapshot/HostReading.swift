import DockerEngine
import Foundation
import HostModules
import Inventory
import Remote
import SwarmModel
import SwarmPKI
import Values

/// What a host reports about itself for a simulated world.
struct HostReading: Sendable {
  let name: String
  var wanted = WorldPlan.Host()
  /// Its part in a swarm; `nil` where no engine answered.
  var swarm: SwarmMembership?
  /// What a person must know about it.
  var remark: String?

  /// Clock differences are recorded, in whole seconds, where they are larger than this; smaller ones are what asking
  /// takes.
  private static let clockNoise = 1.0

  static func read(_ host: Inventory.Host, in fleet: Fleet) async throws -> HostReading {
    var reading = HostReading(name: host.name)
    reading.wanted.start = nil
    let transport = try fleet.transport(host.name)
    do {
      try await transport.connect()
    } catch let failure as Failure where failure.code == .sshUnreachable {
      reading.wanted.isOn = false
      reading.remark = "it can't be reached, and is off in the simulated world"
      return reading
    }
    var root = "/var/lib/docker"
    do {
      root = try await reading.readEngine(fleet.engine(host.name)) ?? root
    } catch let failure as Failure where [.engineAbsent, .engineUnreachable].contains(failure.code) {
      reading.wanted.hasEngine = false
      reading.remark = "its engine does not answer, and is off in the simulated world"
    }
    let facts = try await HostFacts.read(over: transport, dataRoot: root)
    reading.wanted.hostname = facts.hostName
    if abs(facts.clockSkew) > max(clockNoise, facts.clockUncertainty) {
      reading.wanted.clockOffset = facts.clockSkew.rounded()
    }
    if let system = facts.operatingSystem { reading.wanted.make.system = system }
    reading.wanted.make.kernel = facts.kernel.split(separator: " ").last.map(String.init) ?? facts.kernel
    if let free = facts.freeBytesOfDocker ?? facts.freeBytesOfRoot { reading.wanted.freeKilobytes = free / 1024 }
    await reading.readCertificate(in: root, RemoteFiles(transport, sudo: host.sudo))
    try await reading.readFiles(of: host, fleet.inventory.stack, RemoteFiles(transport, sudo: host.sudo))
    return reading
  }

  /// Gives the engine's data folder.
  private mutating func readEngine(_ engine: EngineClient) async throws -> String? {
    let version = try await engine.versionInfo(), info = try await engine.info()
    wanted.make.version = version.version
    if let api = version.apiVersion { wanted.make.api = "\(api)" }
    wanted.make.processors = info.resources.nanoCPUs / 1_000_000_000
    wanted.make.memory = info.resources.memory
    wanted.images = Set(try await engine.images().flatMap(\.tags)).sorted()
    swarm = info.swarm
    if [.pending, .error].contains(info.swarm.state) {
      remark = "its part in a swarm is \(info.swarm.state), which can't be simulated: it begins in no swarm"
    }
    return info.dataRoot.isEmpty ? nil : info.dataRoot
  }

  /// When the node's certificate ends; of the certificate, which is not secret, nothing else is kept. It is left
  /// out where root is needed and not available.
  private mutating func readCertificate(in root: String, _ files: RemoteFiles) async {
    guard swarm?.state == .active,
      let bytes = try? await files.read(root + "/swarm/certificates/swarm-node.crt"),
      let certificate = try? NodeCertificate.parse(pem: String(decoding: bytes, as: UTF8.self))
    else { return }
    let now = Date().addingTimeInterval(wanted.clockOffset)
    wanted.certificateDays = (certificate.validity.notAfter.timeIntervalSince(now) / 86_400).rounded()
  }

  /// The stack's compose files, as they are.
  private mutating func readFiles(
    of host: Inventory.Host, _ stack: Inventory.Stack?, _ files: RemoteFiles
  ) async throws {
    for name in stack?.files ?? [] {
      let path = name.hasPrefix("/") ? name : "\(stack?.directory ?? "")/\(name)"
      do {
        wanted.files[path] = String(decoding: try await files.read(path), as: UTF8.self)
      } catch let failure as Failure where failure.code == .fileNotFound {}
    }
  }
}
