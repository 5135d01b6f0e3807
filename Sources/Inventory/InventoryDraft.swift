import Foundation
import Values
import YAMLTree

/// An inventory that is being written: what is known of the hosts, and comments where a person must look.
///
/// ``text`` is a file in the form of ``InventorySchema``. It need not be valid yet: reading it shows what is missing.
package struct InventoryDraft: Sendable, Hashable {
  /// How ssh is called for a host.
  package struct SSH: Sendable, Hashable {
    /// The user to log in as.
    package var user: String?
    /// The TCP port.
    package var port: Int?
    /// The private key's file.
    package var identity: String?
    /// The ssh configuration file.
    package var config: String?
    /// Whether the key of a host that is not known yet is taken.
    package var acceptsNewHostKeys = false

    /// Leaves every choice to ssh.
    package init() {}
  }

  /// One host.
  package struct Host: Sendable, Hashable {
    /// Its name in the inventory.
    package var name: String
    /// The address at which it is reached.
    package var address: String?
    /// Its role in the swarm.
    package var role: Inventory.Role
    /// The services that belong on it.
    package var services: [String] = []
    /// Whether it is this machine.
    package var isLocal = false
    /// How ssh is called for it.
    package var ssh = SSH()
    /// Whether docker needs sudo on it.
    package var sudo = false
    /// The address to advertise in the swarm, where it is another one.
    package var advertiseAddress: String?
    /// Labels beside those of its services.
    package var labels: [String: String] = [:]
    /// What a person must know about it.
    package var comments: [String] = []

    package init(name: String, address: String?, role: Inventory.Role) {
      self.name = name
      self.address = address
      self.role = role
    }
  }

  /// What a person must know about the whole, at the top of the file.
  package var comments: [String] = []
  /// The stack that is deployed.
  package var stack: Inventory.Stack?
  /// The services of which each must be hosted somewhere; `nil` leaves it to the default.
  package var services: [String]?
  /// The hosts in the order of the file.
  package var hosts: [Host] = []

  package init() {}

  /// Everything that a person must look at, in the order of the file.
  package var warnings: [String] { comments + hosts.flatMap { host in host.comments.map { "\(host.name): \($0)" } } }

  /// The file's text.
  package var text: String {
    var lines = comments.map { Self.comment($0) }
    let name = YAMLScalar.text
    if let stack {
      lines += ["stack:", "  name: \(name(stack.name))", "  directory: \(name(stack.directory))"]
      lines.append("  files: \(YAMLScalar.list(stack.files))")
      if !stack.environment.isEmpty {
        let variables = stack.environment.sorted { $0.key < $1.key }.map { "\(name($0.key)): \(name($0.value))" }
        lines.append("  environment: { \(variables.joined(separator: ", ")) }")
      }
      if !stack.deployOptions.isEmpty { lines.append("  deploy_options: \(YAMLScalar.list(stack.deployOptions))") }
    }
    let commonSSH = common { $0.ssh } ?? SSH()
    if let ssh = Self.ssh(commonSSH) { lines.append("ssh: \(ssh)") }
    let commonSudo = common { $0.sudo } ?? false
    if commonSudo { lines.append("sudo: true") }
    if let services { lines.append("services: \(YAMLScalar.list(services))") }
    let managers = hosts.count { $0.role == .manager }
    if managers > 1 { lines.append("managers: \(managers)") }
    lines.append("hosts:")
    for host in hosts {
      lines += host.comments.map { "  " + Self.comment($0) }
      lines.append("  \(name(host.name)):")
      if let address = host.address { lines.append("    address: \(name(address))") }
      if host.isLocal { lines.append("    connection: local") }
      lines.append("    role: \(host.role.rawValue)")
      if !host.services.isEmpty { lines.append("    services: \(YAMLScalar.list(host.services))") }
      if let advertised = host.advertiseAddress { lines.append("    advertise_address: \(name(advertised))") }
      if host.ssh != commonSSH, let ssh = Self.ssh(host.ssh) { lines.append("    ssh: \(ssh)") }
      if host.sudo != commonSudo { lines.append("    sudo: \(host.sudo)") }
      if !host.labels.isEmpty {
        let labels = host.labels.sorted { $0.key < $1.key }.map { "\(name($0.key)): \(name($0.value))" }
        lines.append("    labels: { \(labels.joined(separator: ", ")) }")
      }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  /// What holds for all hosts; `nil` where they differ.
  private func common<Property: Hashable>(_ property: (Host) -> Property) -> Property? {
    let all = Set(hosts.map(property))
    return all.count == 1 ? all.first : nil
  }

  private static func ssh(_ ssh: SSH) -> String? {
    var parts: [String] = []
    if let user = ssh.user { parts.append("user: \(YAMLScalar.text(user))") }
    if let port = ssh.port { parts.append("port: \(port)") }
    if let identity = ssh.identity { parts.append("identity: \(YAMLScalar.text(identity))") }
    if let config = ssh.config { parts.append("config: \(YAMLScalar.text(config))") }
    if ssh.acceptsNewHostKeys { parts.append("accept_new_host_keys: true") }
    return parts.isEmpty ? nil : "{ \(parts.joined(separator: ", ")) }"
  }

  /// One line, whatever the text holds: nothing of it may become a part of the file.
  private static func comment(_ text: String) -> String {
    "# "
      + String(
        String.UnicodeScalarView(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
  }
}

/// A host as far as its entry could be read.
struct HostDraft {
  let entry: YAMLNode.Member
  /// The entry as the file has it, with what was refused.
  let written: YAMLNode?
  let ssh: Inventory.SSH
  let sudo: Bool
  let engine: EngineSettings

  var name: String { entry.key }
  var location: SourceLocation { entry.location }
  var node: YAMLNode { entry.value }
  var role: Inventory.Role? { node["role"]?.text.flatMap(Inventory.Role.init(rawValue:)) }
  var connection: Inventory.Connection {
    node["connection"]?.text.flatMap(Inventory.Connection.init(rawValue:)) ?? .ssh
  }
  var address: String? { node["address"]?.text }
  var advertiseAddress: String? { node["advertise_address"]?.text }
  var services: [(name: String, location: SourceLocation)] {
    (node["services"]?.elements ?? []).map { ($0.text ?? "", $0.location) }
  }

  /// Whether the file gives an address that was refused already.
  var isAddressWrong: Bool { written?["address"] != nil && node["address"] == nil }
  /// Whether each service that the file gives could be read.
  var isWholeServicesList: Bool {
    guard let services = written?["services"] else { return true }
    return services.elements != nil && services.elements?.count == node["services"]?.elements?.count
  }

  func host(role: Inventory.Role, engine: Inventory.EngineAccess) -> Inventory.Host {
    let labels = (node["labels"]?.members ?? []).map { ($0.key, $0.value.text ?? "") }
    return Inventory.Host(
      name: name, address: address, role: role, services: services.map(\.name), connection: connection, ssh: ssh,
      sudo: sudo, engine: engine, advertiseAddress: advertiseAddress,
      labels: Dictionary(labels, uniquingKeysWith: { first, _ in first }), line: location.line)
  }
}
