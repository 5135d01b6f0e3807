/// Makes an inventory of an Ansible one, and writes down what could not be taken over.
///
/// A host is a manager when it is in a group with `manager` in its name; without such a group the first host is. A group
/// that is named as a service (`policy`, `da-policy`, `da_policy`) gives its hosts that service.
public struct AnsibleConversion: Sendable {
  private let source: AnsibleInventory
  private let file: String
  private let services = InventorySchema.defaultServices + InventorySchema.optionalServices

  /// A conversion of what that file says.
  public init(_ source: AnsibleInventory, file: String) {
    self.source = source
    self.file = file
  }

  /// The inventory, with comments where a person must look.
  public func draft() -> InventoryDraft {
    var draft = InventoryDraft()
    draft.comments = ["Made from the Ansible inventory \(file)."]
    draft.comments += source.unread.map { "not understood: \($0)" }
    let hasManagers = source.hosts.contains { isManager($0) }
    if !hasManagers, let first = source.hosts.first {
      draft.comments.append("no group of Ansible's has \"manager\" in its name: \(first) is taken for the manager")
    }
    draft.hosts = source.hosts.enumerated().map { index, name in
      host(name, role: hasManagers ? (isManager(name) ? .manager : .worker) : index == 0 ? .manager : .worker)
    }
    let order = draft.hosts.filter { $0.role == .manager } + draft.hosts.filter { $0.role == .worker }
    draft.hosts = order
    draft.comments.append("the stack is not known to Ansible: describe it under 'stack', if there is one")
    return draft
  }

  private func isManager(_ host: String) -> Bool {
    source.groups(of: host).contains { $0.lowercased().contains("manager") }
  }

  private func service(of group: String) -> String? {
    var name = group.lowercased().replacing("_", with: "-")
    if name.hasPrefix("da-") { name.removeFirst(3) }
    return services.first { $0 == name }
  }

  private func host(_ name: String, role: Inventory.Role) -> InventoryDraft.Host {
    let groups = source.groups(of: name)
    var variables = source.variables(of: name)
    func take(_ names: String...) -> String? {
      // The older names hold where the newer ones are not there.
      let values = names.compactMap { variables.removeValue(forKey: $0) }
      return values.first
    }
    var host = InventoryDraft.Host(name: name, address: nil, role: role)
    func usable(_ value: String?, _ what: String, _ isValid: (String) -> Bool) -> String? {
      guard let value, !value.isEmpty else { return nil }
      if value.contains("{{") {
        host.comments.append("\(what) is a template, which only Ansible can fill in: \(value)")
      } else if !isValid(value) {
        host.comments.append("\(what) is not taken over: \(value)")
      } else {
        return value
      }
      return nil
    }
    host.address = usable(take("ansible_host", "ansible_ssh_host"), "ansible_host", TextForm.address.accepts)
    host.ssh.user = usable(take("ansible_user", "ansible_ssh_user"), "ansible_user", TextForm.user.accepts)
    host.ssh.port = usable(take("ansible_port", "ansible_ssh_port"), "ansible_port") {
      Int($0).map { (1...65535).contains($0) } ?? false
    }.flatMap { Int($0) }
    host.ssh.identity = usable(
      take("ansible_ssh_private_key_file", "ansible_private_key_file"), "ansible_ssh_private_key_file",
      TextForm.path.accepts)
    host.isLocal = take("ansible_connection") == "local"
    host.sudo = ["true", "yes", "on", "1"].contains(take("ansible_become")?.lowercased() ?? "")
    if host.address == nil, !host.isLocal {
      if TextForm.address.accepts(name) {
        host.address = name
      } else {
        host.comments.append("it has no ansible_host, and its name is no address: add 'address'")
      }
    }
    host.services = groups.compactMap(service)
    host.name = plain(name, &host)
    let others = groups.filter { service(of: $0) == nil && $0 != "ungrouped" && !$0.lowercased().contains("manager") }
    if !others.isEmpty { host.comments.append("its groups: \(others.joined(separator: ", "))") }
    for (variable, value) in variables.sorted(by: { $0.key < $1.key }) {
      host.comments.append("not taken over: \(variable)\(isSecret(variable) ? " (a secret)" : "=\(value)")")
    }
    return host
  }

  /// The name as a name of ours can be.
  private func plain(_ name: String, _ host: inout InventoryDraft.Host) -> String {
    if TextForm.plainName.accepts(name) { return name }
    let kept = String(
      name.map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "-" }.prefix(63))
    let usable =
      TextForm.plainName.accepts(kept) ? kept : "host-\(source.hosts.firstIndex(of: name).map { $0 + 1 } ?? 0)"
    host.comments.append("its name in Ansible's inventory: \(name)")
    return usable
  }

  private func isSecret(_ variable: String) -> Bool {
    ["pass", "secret", "token", "key", "vault", "credential"].contains { variable.lowercased().contains($0) }
  }
}
