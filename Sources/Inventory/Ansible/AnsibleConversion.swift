import Values

/// Makes an inventory from an Ansible one, and notes what could not be taken over: by name, never with its value,
/// which may be a secret.
///
/// A group that is named as a service (`policy`, `da-policy`, `da_policy`) gives its hosts that service.
package struct AnsibleConversion: Sendable {
  /// How many groups and variables are looked at for all hosts together; groups that hold each other multiply them.
  static let effortLimit = 4_000_000
  /// How many names one comment lists, and after how many letters it stops: where each of many hosts has many,
  /// the file would have no end.
  static let nameLimit = 50
  private static let commentLimit = 1000
  /// The longest value that is taken over, as for a path.
  private static let valueLimit = 4096

  private let source: AnsibleInventory
  private let file: String
  private let remarks: [String]
  private let services = InventorySchema.defaultServices + InventorySchema.optionalServices

  /// A conversion of what that file says.
  ///
  /// - Parameter remarks: What a person must know beside it: ``AnsibleSettings/remarks``.
  package init(_ source: AnsibleInventory, file: String, remarks: [String] = []) {
    self.source = source
    self.file = file
    self.remarks = remarks
  }

  /// The inventory, with comments where a person must look.
  ///
  /// - Parameter managers: The managers of the swarm, by Ansible's names. Ansible's groups don't tell them for certain.
  /// - Throws: ``Failure`` `ansible.no_hosts`; `ansible.no_manager` where none is named, with the hosts to choose from;
  ///   `ansible.unknown_host`; `ansible.too_large` where groups in groups bring more than can be looked at.
  package func draft(managers: [String]) throws(Failure) -> InventoryDraft {
    guard !source.hosts.isEmpty else {
      throw Failure("ansible.no_hosts", "\(file) has no hosts", hint: "give the inventory that has them")
    }
    guard !managers.isEmpty else {
      throw Failure(
        "ansible.no_manager", "it is not known which hosts are managers of the swarm, and it is not guessed",
        cause: "the hosts are \(choice())",
        hint: "add --manager HOST, once for each manager, with the host's name in Ansible's inventory")
    }
    let managers = Set(managers)
    if let name = managers.subtracting(source.hosts).min() {
      throw Failure(
        "ansible.unknown_host", "\(file) has no host \(name)",
        hint: Suggestion.closest(to: name, among: source.hosts).map { "did you mean \($0)?" }
          ?? "the hosts are \(choice())")
    }
    var draft = InventoryDraft()
    draft.comments =
      ["Generated from the Ansible inventory \(file)."] + remarks
      + ["Ansible does not know the stack: describe it under 'stack', if there is one"]
    var names = PlainNames()
    let servicesOfGroups = source.groupNames.map(service)
    var known: [[Int]: Shared] = [:]
    var effort = 0
    var hosts: [InventoryDraft.Host] = []
    for name in source.hosts {
      let groups = source.ownGroups(of: name)
      let shared = known[groups] ?? Shared(source.membership(in: groups), source, servicesOfGroups)
      if known.updateValue(shared, forKey: groups) == nil { effort += shared.effort }
      guard effort <= Self.effortLimit else {
        throw Failure(
          "ansible.too_large",
          "groups in groups give the hosts of \(file) more than \(Self.effortLimit) groups and variables",
          hint: "give an inventory of only the hosts that belong to the swarm")
      }
      var host = host(name, role: managers.contains(name) ? .manager : .worker, shared)
      host.name = names.take(name)
      if host.name != name { host.comments.append("its name in Ansible's inventory: \(name)") }
      hosts.append(host)
    }
    draft.hosts = hosts.filter { $0.role == .manager } + hosts.filter { $0.role == .worker }
    return draft
  }

  /// The hosts with their groups, to choose from.
  private func choice() -> String {
    let shown = source.hosts.prefix(20).map { host in
      let groups = source.groups(of: host).filter { $0 != "ungrouped" }
      return groups.isEmpty ? host : "\(host) (\(Self.list(groups, of: groups.count)))"
    }
    let rest = source.hosts.count - shown.count
    return "\(shown.joined(separator: ", "))\(rest > 0 ? " and \(rest) more" : "")"
  }

  /// The first of so many names, with commas.
  private static func list(_ names: [String], of count: Int) -> String {
    var text = "", shown = 0
    for name in names.prefix(nameLimit) where shown == 0 || text.utf8.count < commentLimit {
      text += (shown == 0 ? "" : ", ") + name
      shown += 1
    }
    return text + (count > shown ? " and \(count - shown) more" : "")
  }

  private func service(of group: String) -> String? {
    var name = group.lowercased().replacing("_", with: "-")
    if name.hasPrefix("da-") { name.removeFirst(3) }
    return services.first { $0 == name }
  }

  /// What hosts of the same groups have in common, looked at once for all of them.
  private struct Shared {
    let services: [String]
    /// The first of the groups that are not a service, and how many there are.
    let others: (names: [String], count: Int)
    let variables: [String: AnsibleValue]
    /// Their names, in order.
    let names: [String]
    let effort: Int

    init(_ membership: AnsibleMembership, _ source: AnsibleInventory, _ servicesOfGroups: [String?]) {
      services = membership.groups.compactMap { servicesOfGroups[$0] }
      let others = membership.groups.filter { servicesOfGroups[$0] == nil && $0 != source.ungrouped }
      self.others = (others.prefix(nameLimit).map { source.groupNames[$0] }, others.count)
      variables = membership.variables
      names = membership.variables.keys.sorted()
      effort = membership.effort
    }
  }

  private func host(_ name: String, role: Inventory.Role, _ shared: Shared) -> InventoryDraft.Host {
    let own = source.ownVariables(of: name)
    var looked: Set<String> = []
    /// The value of the last of the names that is set, as Ansible's ssh connection takes it: the older names win, and
    /// what is nothing (`null`, `None`) is not set. A text without letters is.
    func take(_ names: String...) -> (name: String, value: AnsibleValue)? {
      var found: (String, AnsibleValue)?
      for name in names {
        looked.insert(name)
        if let value = own[name] ?? shared.variables[name], value != .nothing { found = (name, value) }
      }
      return found
    }
    var host = InventoryDraft.Host(name: name, address: nil, role: role)
    /// The text of a value that can be taken over; else a comment says why not, without the value.
    func usable(_ found: (name: String, value: AnsibleValue)?, _ form: TextForm) -> String? {
      guard let found else { return nil }
      let reason: String
      switch found.value {
      case .integer(let number) where form.accepts(String(number)): return String(number)
      case .text(""): reason = "it is empty, and Ansible uses nothing else instead"
      case .text(let text) where text.utf8.count > Self.valueLimit:
        reason = "it is longer than \(Self.valueLimit) letters"
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
        host.comments.append("ansible_become is not taken over: it is not a truth value")
      }
    }
    if host.address == nil, !host.isLocal {
      if address == nil, TextForm.address.accepts(name) {
        host.address = name
      } else if address == nil {
        host.comments.append("it has no ansible_host, and its name is not an address: add 'address'")
      }
    }
    host.services = shared.services
    if shared.others.count > 0 {
      host.comments.append("its groups: \(Self.list(shared.others.names, of: shared.others.count))")
    }
    if let rest = rest(own, shared, looked) { host.comments.append("not taken over: \(rest)") }
    return host
  }

  /// The names of the variables that were not looked at; of the shared ones no more than are shown, because there may
  /// be as many for each of the hosts.
  private func rest(_ own: [String: AnsibleValue], _ shared: Shared, _ looked: Set<String>) -> String? {
    let first = shared.names.lazy.filter { !looked.contains($0) }.prefix(Self.nameLimit)
    let names = Set(own.keys).subtracting(looked).union(first)
    let count =
      own.count + shared.variables.count - own.keys.count { shared.variables[$0] != nil }
      - looked.count { own[$0] != nil || shared.variables[$0] != nil }
    guard count > 0 else { return nil }
    return Self.list(names.sorted().prefix(Self.nameLimit).map(Self.shown), of: count)
  }

  /// A variable's name. Of a line such as `password: hunter2==` Ansible takes all before the first `=` for the name.
  private static func shown(_ name: String) -> String {
    let isName =
      (1...100).contains(name.utf8.count) && name.allSatisfy { $0.isLetter || $0.isNumber || "_-.".contains($0) }
    return isName ? name : "one whose name is not a variable's"
  }

  /// A truth value as Ansible reads it.
  private static func flag(_ value: AnsibleValue) -> Bool? {
    switch value {
    case .flag(let flag): flag
    case .integer(let number): number == 1 ? true : number == 0 ? false : nil
    // None of these words is longer.
    case .text(let text) where text.utf8.count <= 5:
      switch text.lowercased() {
      case "y", "yes", "on", "1", "true", "t": true
      case "n", "no", "off", "0", "false", "f": false
      default: nil
      }
    default: nil
    }
  }
}

extension TextForm {
  /// A TCP port.
  fileprivate static let port = TextForm("a port", hint: "write a number from 1 to 65535") { text in
    Int(text).map { (1...65535).contains($0) } ?? false
  }

  /// A connection to a host that this program has, too.
  fileprivate static let connection = TextForm("a connection that runbook has, too: ssh or local", hint: "write ssh") {
    let name = $0.hasPrefix("ansible.builtin.") ? String($0.dropFirst(16)) : $0
    return ["local", "ssh", "smart", "paramiko", "paramiko_ssh", "ansible.netcommon.libssh"].contains(name)
  }
}

/// Makes names that hosts of ours can have, of any text, each once.
struct PlainNames {
  private var taken: Set<String> = []
  /// The number that is tried next where a name is taken: very many hosts may get the same one.
  private var next: [String: Int] = [:]

  mutating func take(_ name: String) -> String {
    let kept = String(
      name.prefix(55).map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "-" })
    let base = TextForm.plainName.accepts(name) ? name : TextForm.plainName.accepts(kept) ? kept : "host"
    var result = base
    while !taken.insert(result).inserted {
      let number = next[base, default: 2]
      result = "\(base.prefix(55))-\(number)"
      next[base] = number + 1
    }
    return result
  }
}
