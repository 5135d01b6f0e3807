import Values

/// A host as runbooks see it.
package struct HostView: Sendable, Hashable {
  /// The inventory name.
  package var name: String
  /// The address that the other hosts use for it.
  package var address: String
  /// `manager` or `worker`.
  package var role: String
  /// The services that the inventory gives it.
  package var services: [String]
  /// Further members that a runbook can read, by name.
  package var details: [String: Value]

  package init(name: String, address: String, role: String, services: [String], details: [String: Value] = [:]) {
    self.name = name
    self.address = address
    self.role = role
    self.services = services
    self.details = details
  }
}

/// The inventory as runbooks see it: hosts in the order of the file, and the stack.
package struct HostDirectory: Sendable {
  /// The hosts in the order of the inventory.
  package let hosts: [HostView]
  /// The members of `run.inventory.stack`; `nil` where the inventory names no stack.
  package let stack: [String: Value]?
  private let byName: [String: HostView]

  /// Holds the hosts, whose names differ.
  package init(hosts: [HostView], stack: [String: Value]? = nil) {
    self.hosts = hosts
    self.stack = stack
    byName = Dictionary(hosts.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The host of that inventory name.
  package subscript(name: String) -> HostView? { byName[name] }

  /// The inventory names in order.
  package var names: [String] { hosts.map(\.name) }
}
