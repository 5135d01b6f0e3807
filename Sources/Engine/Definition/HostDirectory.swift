import Values

/// A host as runbooks see it.
public struct HostView: Sendable, Hashable {
  /// The inventory name.
  public var name: String
  /// The address that the other hosts use for it.
  public var address: String
  /// `manager` or `worker`.
  public var role: String
  /// The services that the inventory gives it.
  public var services: [String]
  /// Further members that a runbook can read, by name.
  public var details: [String: Value]

  /// Describes a host.
  public init(name: String, address: String, role: String, services: [String], details: [String: Value] = [:]) {
    self.name = name
    self.address = address
    self.role = role
    self.services = services
    self.details = details
  }
}

/// The inventory as runbooks see it: hosts in the order of the file, and the stack.
public struct HostDirectory: Sendable {
  /// The hosts in the order of the inventory.
  public let hosts: [HostView]
  /// The members of `run.inventory.stack`; `nil` where the inventory names no stack.
  public let stack: [String: Value]?
  private let byName: [String: HostView]

  /// Holds the hosts, whose names differ.
  public init(hosts: [HostView], stack: [String: Value]? = nil) {
    self.hosts = hosts
    self.stack = stack
    byName = Dictionary(hosts.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The host of that inventory name.
  public subscript(name: String) -> HostView? { byName[name] }

  /// The inventory names in order.
  public var names: [String] { hosts.map(\.name) }
}
