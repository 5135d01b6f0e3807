import Values

/// What an Ansible inventory file says: hosts, groups, variables. It is only read; nothing in it is executed, and
/// templates stay as they are.
public struct AnsibleInventory: Sendable, Hashable {
  /// A group of hosts.
  struct Group: Sendable, Hashable {
    var hosts: [String] = []
    var children: [String] = []
    var variables: [String: String] = [:]
  }

  /// The hosts in the order of their first appearance.
  private(set) var hosts: [String] = []
  /// The variables that stand at a host itself.
  private(set) var hostVariables: [String: [String: String]] = [:]
  /// The groups by their names; `all` holds every host.
  private(set) var groups: [String: Group] = ["all": Group()]
  /// What could not be read, with its line.
  var unread: [String] = []

  /// Reads a file: INI, or YAML where its name or its text says so.
  ///
  /// - Throws: ``Failure`` `ansible.dynamic` for a script, `ansible.unreadable`, `ansible.syntax`.
  public static func load(path: String) throws(Failure) -> AnsibleInventory {
    let text = try AnsibleFile.read(path)
    return try parse(text: text, file: path)
  }

  /// Reads the text of a file of that name.
  public static func parse(text: String, file: String) throws(Failure) -> AnsibleInventory {
    if text.hasPrefix("#!") {
      throw Failure(
        "ansible.dynamic", "\(file) is a script that makes an inventory; it is not executed",
        hint: "Write down what it says, then give that file: ansible-inventory -i \(file) --list --yaml --output FILE")
    }
    let isYAML =
      [".yml", ".yaml", ".json"].contains { file.hasSuffix($0) } || text.hasPrefix("---") || text.hasPrefix("{")
    var inventory = AnsibleInventory()
    if isYAML {
      try AnsibleYAML.read(text, file: file, into: &inventory)
    } else {
      AnsibleINI.read(text, into: &inventory)
    }
    return inventory
  }

  mutating func add(host: String, to group: String?, _ variables: [String: String] = [:]) {
    if !hosts.contains(host) { hosts.append(host) }
    hostVariables[host, default: [:]].merge(variables) { _, new in new }
    if let group, !groups[group, default: Group()].hosts.contains(host) {
      groups[group, default: Group()].hosts.append(host)
    }
  }

  mutating func add(group: String) { groups[group, default: Group()].hosts += [] }

  mutating func add(child: String, to group: String) {
    add(group: child)
    if !groups[group, default: Group()].children.contains(child) {
      groups[group, default: Group()].children.append(child)
    }
  }

  mutating func add(_ variables: [String: String], to group: String) {
    groups[group, default: Group()].variables.merge(variables) { _, new in new }
  }

  /// The groups that a host is in, those that hold these included, without `all`: the outermost first, equals by name.
  func groups(of host: String) -> [String] {
    let direct = groups.filter { $0.key != "all" && $0.value.hosts.contains(host) }.map(\.key)
    var found = Set(direct), rest = direct
    while let name = rest.popLast() {
      for (parent, group) in groups
      where parent != "all" && group.children.contains(name) && found.insert(parent).inserted {
        rest.append(parent)
      }
    }
    let depths = Dictionary(uniqueKeysWithValues: found.map { ($0, depth(of: $0, [])) })
    return found.sorted { (depths[$0] ?? 0, $0) < (depths[$1] ?? 0, $1) }
  }

  /// A host's variables as Ansible has them: what stands nearer to the host wins.
  func variables(of host: String) -> [String: String] {
    var result = groups["all"]?.variables ?? [:]
    for name in groups(of: host) { result.merge(groups[name]?.variables ?? [:]) { _, new in new } }
    return result.merging(hostVariables[host] ?? [:]) { _, new in new }
  }

  /// How many groups hold the group, along the longest way. A circle counts once.
  private func depth(of name: String, _ seen: Set<String>) -> Int {
    let parents = groups.filter { $0.key != "all" && $0.value.children.contains(name) && !seen.contains($0.key) }
    return (parents.map { depth(of: $0.key, seen.union([name])) }.max() ?? 0) + 1
  }
}
