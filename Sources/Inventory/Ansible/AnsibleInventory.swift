import Values

/// What an Ansible inventory says: hosts, groups, variables. Nothing in it is executed, and templates stay as they are.
///
/// It holds what Ansible itself would make of it, or it is not made: what is not understood is a ``Failure``.
public struct AnsibleInventory: Sendable {
  /// A group of hosts.
  struct Group: Sendable {
    var hosts: Set<String> = []
    var children: [String] = []
    var variables: [String: AnsibleValue] = [:]
    /// Of groups of one depth the one with the larger number wins.
    var priority = 1
  }

  /// The hosts in the order of their first appearance.
  let hosts: [String]
  private let hostVariables: [String: [String: AnsibleValue]]
  private let groups: [String: Group]
  /// The groups that a host stands in by itself.
  private let ownGroups: [String: [String]]
  private let parents: [String: [String]]
  /// How many groups hold a group, along the longest way.
  private let depths: [String: Int]

  init(_ draft: AnsibleDraft, depths: [String: Int]) {
    hosts = draft.hosts
    hostVariables = draft.hostVariables
    groups = draft.groups
    self.depths = depths
    var own: [String: [String]] = [:]
    var parents: [String: [String]] = [:]
    for (name, group) in draft.groups {
      for host in group.hosts { own[host, default: []].append(name) }
      for child in group.children { parents[child, default: []].append(name) }
    }
    ownGroups = own
    self.parents = parents
  }

  /// The hosts' names, as Ansible knows them.
  public var hostNames: [String] { hosts }

  /// The groups that a host is in, those that hold these included, without `all`: the outermost first, as Ansible orders
  /// them where they say different things.
  public func groups(of host: String) -> [String] {
    var rest = (ownGroups[host] ?? []).filter { $0 != "all" }
    var found = Set(rest)
    while let name = rest.popLast() {
      for parent in parents[name] ?? [] where parent != "all" && found.insert(parent).inserted { rest.append(parent) }
    }
    // Who is in another group, is not among those without one.
    if found.count > 1 { found.remove("ungrouped") }
    func key(_ name: String) -> (Int, Int, String) { (depths[name] ?? 1, groups[name]?.priority ?? 1, name) }
    return found.sorted { key($0) < key($1) }
  }

  /// A host's variables as Ansible has them: what stands nearer to the host wins.
  func variables(of host: String) -> [String: AnsibleValue] {
    var result = groups["all"]?.variables ?? [:]
    var names = groups(of: host)
    if names.isEmpty { names = ["ungrouped"] }
    for name in names { result.merge(groups[name]?.variables ?? [:]) { _, new in new } }
    return result.merging(hostVariables[host] ?? [:]) { _, new in new }
  }
}
