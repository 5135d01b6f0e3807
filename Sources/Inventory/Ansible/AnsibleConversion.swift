import Values

/// Makes an inventory of an Ansible one, and writes down what could not be taken over: by name, never with its value, which
/// may be a secret.
///
/// A group that is named as a service (`policy`, `da-policy`, `da_policy`) gives its hosts that service.
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
  ///
  /// - Parameter managers: The managers of the swarm, by Ansible's names. Ansible's groups don't tell them for certain.
  /// - Throws: ``Failure`` `ansible.no_hosts`; `ansible.no_manager` where none is named, with the hosts to choose from;
  ///   `ansible.unknown_host`.
  public func draft(managers: [String]) throws(Failure) -> InventoryDraft {
    guard !source.hosts.isEmpty else {
      throw Failure("ansible.no_hosts", "\(file) has no hosts", hint: "Give the inventory that has them.")
    }
    guard !managers.isEmpty else {
      throw Failure(
        "ansible.no_manager", "which hosts are managers of the swarm is not said, and is not guessed",
        cause: choice(), hint: "Add --manager HOST, once for each manager, with the host's name in Ansible's inventory."
      )
    }
    for name in managers where !source.hosts.contains(name) {
      throw Failure(
        "ansible.unknown_host", "\(file) has no host \(name)",
        hint: Suggestion.closest(to: name, among: source.hosts).map { "Did you mean \($0)?" } ?? "It has \(choice())")
    }
    var draft = InventoryDraft()
    draft.comments = [
      "Made from the Ansible inventory \(file).",
      "the stack is not known to Ansible: describe it under 'stack', if there is one",
    ]
    var taken: Set<String> = []
    let hosts = source.hosts.map { name in
      var host = host(name, role: managers.contains(name) ? .manager : .worker)
      host.name = plain(name, &host, &taken)
      return host
    }
    draft.hosts = hosts.filter { $0.role == .manager } + hosts.filter { $0.role == .worker }
    return draft
  }

  /// The hosts with their groups, to choose from.
  private func choice() -> String {
    let shown = source.hosts.prefix(20).map { host in
      let groups = source.groups(of: host).filter { $0 != "ungrouped" }
      return groups.isEmpty ? host : "\(host) (\(groups.joined(separator: ", ")))"
    }
    let rest = source.hosts.count - shown.count
    return "the hosts are \(shown.joined(separator: ", "))\(rest > 0 ? " and \(rest) more" : "")"
  }

  private func service(of group: String) -> String? {
    var name = group.lowercased().replacing("_", with: "-")
    if name.hasPrefix("da-") { name.removeFirst(3) }
    return services.first { $0 == name }
  }

  private func host(_ name: String, role: Inventory.Role) -> InventoryDraft.Host {
    let groups = source.groups(of: name)
    var variables = source.variables(of: name)
    /// The value of the last of the names that is set, as Ansible's ssh connection takes it: the older names win.
    func take(_ names: String...) -> (name: String, value: AnsibleValue)? {
      var found: (String, AnsibleValue)?
      for name in names { if let value = variables.removeValue(forKey: name) { found = (name, value) } }
      return found
    }
    var host = InventoryDraft.Host(name: name, address: nil, role: role)
    /// The text of a value that can be taken over; else a comment says why not, without the value.
    func usable(_ found: (name: String, value: AnsibleValue)?, _ form: TextForm) -> String? {
      guard let found else { return nil }
      let reason: String
      switch found.value {
      case .nothing, .text(""): return nil
      case .integer(let number) where form.accepts(String(number)): return String(number)
      case .text(let text) where text.contains("{{"): reason = "it is a template, which only Ansible can fill in"
      case .text(let text) where form.accepts(text): return text
      case .encrypted: reason = "it is encrypted"
      default: reason = "it is not \(form.name)"
      }
      host.comments.append("\(found.name) is not taken over: \(reason)")
      return nil
    }
    let address = take("ansible_host", "ansible_ssh_host")
    host.address = usable(address, .address)
    host.ssh.user = usable(take("ansible_user", "ansible_ssh_user"), .user)
    host.ssh.port = usable(take("ansible_port", "ansible_ssh_port"), .port).flatMap { Int($0) }
    host.ssh.identity = usable(take("ansible_private_key_file", "ansible_ssh_private_key_file"), .path)
    if let connection = usable(take("ansible_connection"), .connection) {
      host.isLocal = connection.hasSuffix("local")
    }
    if let become = take("ansible_become") {
      if let flag = Self.flag(become.value) {
        host.sudo = flag
      } else {
        host.comments.append("ansible_become is not taken over: it is no truth value")
      }
    }
    if host.address == nil, !host.isLocal {
      if address == nil, TextForm.address.accepts(name) {
        host.address = name
      } else if address == nil {
        host.comments.append("it has no ansible_host, and its name is no address: add 'address'")
      }
    }
    host.services = groups.compactMap(service)
    let others = groups.filter { service(of: $0) == nil && $0 != "ungrouped" }
    if !others.isEmpty { host.comments.append("its groups: \(others.joined(separator: ", "))") }
    if !variables.isEmpty {
      host.comments.append("not taken over: \(variables.keys.sorted().joined(separator: ", "))")
    }
    return host
  }

  /// A truth value as Ansible reads it.
  private static func flag(_ value: AnsibleValue) -> Bool? {
    switch value {
    case .flag(let flag): flag
    case .integer(let number): number == 1 ? true : number == 0 ? false : nil
    case .text(let text):
      switch text.lowercased() {
      case "y", "yes", "on", "1", "true", "t": true
      case "n", "no", "off", "0", "false", "f": false
      default: nil
      }
    default: nil
    }
  }

  /// The name as a name of ours can be, each once.
  private func plain(_ name: String, _ host: inout InventoryDraft.Host, _ taken: inout Set<String>) -> String {
    let kept = String(
      name.map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "-" }.prefix(55))
    let base = TextForm.plainName.accepts(name) ? name : TextForm.plainName.accepts(kept) ? kept : "host"
    var result = base, number = 2
    while !taken.insert(result).inserted {
      result = "\(base.prefix(55))-\(number)"
      number += 1
    }
    if result != name { host.comments.append("its name in Ansible's inventory: \(name)") }
    return result
  }
}

extension TextForm {
  /// A TCP port.
  fileprivate static let port = TextForm("a port", hint: "Write a number from 1 to 65535.") { text in
    Int(text).map { (1...65535).contains($0) } ?? false
  }

  /// A way to a host that this program has, too.
  fileprivate static let connection = TextForm("a way that this program has, too: ssh or local", hint: "Write ssh.") {
    let name = $0.hasPrefix("ansible.builtin.") ? String($0.dropFirst(16)) : $0
    return ["local", "ssh", "smart", "paramiko", "paramiko_ssh", "ansible.netcommon.libssh"].contains(name)
  }
}
