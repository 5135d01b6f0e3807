import Foundation
import YAMLTree

/// An inventory that is being written: what is known of the hosts, and comments where a person must look.
///
/// ``text`` is a file in the form of ``InventorySchema``. It need not be valid yet: reading it shows what is missing.
public struct InventoryDraft: Sendable, Hashable {
  /// How ssh is called for a host.
  public struct SSH: Sendable, Hashable {
    /// The user to log in as.
    public var user: String?
    /// The TCP port.
    public var port: Int?
    /// The private key's file.
    public var identity: String?
    /// The ssh configuration file.
    public var config: String?
    /// Whether the key of a host that is not known yet is taken.
    public var acceptsNewHostKeys = false

    /// Leaves every choice to ssh.
    public init() {}
  }

  /// One host.
  public struct Host: Sendable, Hashable {
    /// Its name in the inventory.
    public var name: String
    /// The address at which it is reached.
    public var address: String?
    /// Its role in the swarm.
    public var role: Inventory.Role
    /// The services that belong on it.
    public var services: [String] = []
    /// Whether it is this machine.
    public var isLocal = false
    /// How ssh is called for it.
    public var ssh = SSH()
    /// Whether docker needs sudo on it.
    public var sudo = false
    /// The address to advertise in the swarm, where it is another one.
    public var advertiseAddress: String?
    /// Labels beside those of its services.
    public var labels: [String: String] = [:]
    /// What a person must know about it.
    public var comments: [String] = []

    /// Names a host.
    public init(name: String, address: String?, role: Inventory.Role) {
      self.name = name
      self.address = address
      self.role = role
    }
  }

  /// What a person must know about the whole, at the top of the file.
  public var comments: [String] = []
  /// The stack that is deployed.
  public var stack: Inventory.Stack?
  /// The services of which each must be hosted somewhere; `nil` leaves it to the default.
  public var services: [String]?
  /// The hosts in the order of the file.
  public var hosts: [Host] = []

  /// An inventory without anything.
  public init() {}

  /// Everything that a person must look at, in the order of the file.
  public var warnings: [String] { comments + hosts.flatMap { host in host.comments.map { "\(host.name): \($0)" } } }

  /// The file's text.
  public var text: String {
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
