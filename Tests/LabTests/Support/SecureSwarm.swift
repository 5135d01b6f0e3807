import Foundation
import TestSupport
import Testing

/// A lab's bare appliances as a secure swarm of three managers and a worker, read with the plain commands.
struct SecureSwarm: Sendable {
  /// The lab, of four bare appliances.
  let lab: Lab

  static let managers = ["da1", "da2", "da3"]
  static let hosts = managers + ["da4"]

  /// The inventory with so many managers, the first hosts of the lab; the others are workers.
  func inventory(managers: Int = 3) -> String {
    let hosts = Self.hosts.enumerated().map { index, host in
      "  \(host): { address: 10.77.0.\(index + 1), role: \(index < managers ? "manager" : "worker") }"
    }
    return """
      ssh: { user: agadmin, config: \(lab.sshConfiguration) }
      sudo: true
      managers: \(managers)
      hosts:
      \(hosts.joined(separator: "\n"))

      """
  }

  /// What a docker command says in one line.
  func say(_ host: String, _ arguments: String...) async throws -> String {
    let said = try await LabCommand.run(["docker", "--name", lab.name, host] + arguments).output()
    return said.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// What a shell inside an appliance makes of a script.
  func shell(_ host: String, _ script: String) async throws -> LabCommand {
    try await lab.execute(on: host, ["bash", "-c", script])
  }

  /// Whether each host is in a swarm, as its engine says: `active`, `inactive`, `locked`.
  func states() async throws -> [String] {
    var states: [String] = []
    for host in Self.hosts { states.append(try await say(host, "info", "--format", "{{.Swarm.LocalNodeState}}")) }
    return states
  }

  /// One line per node: its name, state, and what it is among the managers, whoever leads.
  func nodes() async throws -> [String] {
    try await lab.nodes().map { $0.replacing("Leader", with: "Reachable") }.sorted()
  }

  /// What the managers hold in common: the settings, and the version of the whole, which every change makes anew.
  func cluster() async throws -> String {
    try await say("da1", "info", "--format", "{{json .Swarm.Cluster}}")
  }

  /// Autolock, and the lifetime of certificates in hours.
  func settings() async throws -> String {
    let spec = ".Swarm.Cluster.Spec"
    return try await say(
      "da1", "info", "--format", "{{\(spec).EncryptionConfig.AutoLockManagers}} {{\(spec).CAConfig.NodeCertExpiry}}")
  }

  /// The join token of a role.
  func token(_ role: String) async throws -> String { try await say("da1", "swarm", "join-token", "--quiet", role) }

  /// What openssl says of a host's certificate: its role, and until when it is valid, to the minute; whether the root
  /// certificate beside it vouches for it.
  func certificate(_ host: String) async throws -> (role: String, until: String, isTrusted: Bool) {
    let said = try await shell(
      host,
      """
      cd "$(docker info --format '{{.DockerRootDir}}')/swarm/certificates"
      openssl x509 -in swarm-node.crt -noout -subject -enddate -dateopt iso_8601
      openssl verify -CAfile swarm-root-ca.crt swarm-node.crt
      """
    ).standardOutput
    let role = said.firstMatch(of: /OU = swarm-(\w+)/).map { String($0.1) }
    let until = said.firstMatch(of: /notAfter=(\S+ \d\d:\d\d)/).map { String($0.1) }
    return (role ?? "", until ?? "", said.contains("swarm-node.crt: OK"))
  }

  /// Restarts a manager's engine, and returns when it asks for the unlock key.
  func lock(_ host: String) async throws {
    try await lab.fault(.engineStop, on: host)
    try await lab.fault(.engineStart, on: host)
    try await wait("\(host) is locked") {
      try await shell(host, "docker info").standardOutput.contains("Swarm: locked")
    }
  }

  /// Types an unlock key.
  func unlock(_ host: String, with key: String) async throws -> LabCommand {
    try await shell(host, "docker swarm unlock <<< '\(key)'")
  }

  /// Returns when a manager is active again and reached by the others.
  func waitForManager(_ host: String) async throws {
    try await wait("\(host) is reached again") {
      let said = try await shell(host, "docker node inspect self --format '{{.ManagerStatus.Reachability}}'")
      return said.standardOutput == "reachable\n"
    }
  }

  /// The number of the unlock key that a manager has heard of.
  func keyNumber(_ host: String) async throws -> String {
    try await shell(
      host, "grep kek-version \"$(docker info --format '{{.DockerRootDir}}')/swarm/certificates/swarm-node.key\""
    ).output()
  }

  /// Waits, with a generous limit, for what engines do in the background.
  func wait(_ what: String, until isSo: () async throws -> Bool) async throws {
    try await eventually(what, isSo: isSo)
  }
}
