import Values

/// What an Ansible inventory says: hosts, groups, variables. Nothing in it is executed, and templates stay as they are.
///
/// It holds what Ansible itself would make of it, or it is not made: what is not understood is a ``Failure``.
package struct AnsibleInventory: Sendable {
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
  /// The groups: those that hold others, then those of a lower priority, come first.
  let groupNames: [String]
  private let hostVariables: [String: [String: AnsibleValue]]
  private let groups: [Group]
  /// The groups that list a host themselves, as places in ``groupNames``, in their order.
  private let ownGroups: [String: [Int]]
  private let parents: [[Int]]
  private let all: Int?
  let ungrouped: Int?

  /// - Parameter depths: How many groups hold a group, along the longest way.
  init(_ draft: AnsibleDraft, depths: [String: Int]) {
    hosts = draft.hosts
    hostVariables = draft.hostVariables
    let keys = draft.groups.map { (depths[$0.key] ?? 1, $0.value.priority, $0.key) }.sorted { $0 < $1 }
    groupNames = keys.map(\.2)
    groups = groupNames.map { draft.groups[$0] ?? Group() }
    let places = Dictionary(uniqueKeysWithValues: groupNames.enumerated().map { ($0.element, $0.offset) })
    var own: [String: [Int]] = [:]
    var parents = groups.map { _ in [Int]() }
    for (place, group) in groups.enumerated() {
      for host in group.hosts { own[host, default: []].append(place) }
      for child in group.children { if let child = places[child] { parents[child].append(place) } }
    }
    ownGroups = own
    self.parents = parents
    all = places["all"]
    ungrouped = places["ungrouped"]
  }

  /// The hosts' names, as Ansible knows them.
  package var hostNames: [String] { hosts }

  /// The groups that list a host themselves; hosts for which they are the same have the same ``membership(in:)``.
  func ownGroups(of host: String) -> [Int] { ownGroups[host] ?? [] }

  /// What is written at the host itself. It wins over all that its groups say.
  func ownVariables(of host: String) -> [String: AnsibleValue] { hostVariables[host] ?? [:] }

  /// The names of the groups that a host is in, as in ``AnsibleMembership/groups``.
  func groups(of host: String) -> [String] { groups(around: ownGroups(of: host)).places.map { groupNames[$0] } }

  /// What hosts have that these groups list themselves.
  func membership(in own: [Int]) -> AnsibleMembership {
    let (around, steps) = groups(around: own)
    var variables = all.map { groups[$0].variables } ?? [:]
    var effort = steps + variables.count
    for place in around.isEmpty ? [ungrouped].compactMap(\.self) : around where !groups[place].variables.isEmpty {
      variables.merge(groups[place].variables) { _, new in new }
      effort += groups[place].variables.count
    }
    return AnsibleMembership(groups: around, variables: variables, effort: effort)
  }

  private func groups(around own: [Int]) -> (places: [Int], effort: Int) {
    var rest = own.filter { $0 != all }
    var found = Set(rest)
    var effort = 1 + rest.count
    while let place = rest.popLast() {
      effort += parents[place].count
      for parent in parents[place] where parent != all && found.insert(parent).inserted { rest.append(parent) }
    }
    // Who is in another group, is not among those without one.
    if found.count > 1, let ungrouped { found.remove(ungrouped) }
    return (found.sorted(), effort)
  }
}

/// What the hosts have in common that the same groups list themselves. There may be thousands of such hosts, and
/// groups hold each other: it is found out once for all of them.
struct AnsibleMembership: Sendable {
  /// All groups, those that hold their own groups included, without `all`: the outermost first, as Ansible orders them
  /// where they say different things. They are places in ``AnsibleInventory/groupNames``.
  let groups: [Int]
  /// What these groups and `all` say; what is nearer to the host wins.
  let variables: [String: AnsibleValue]
  /// How much was looked at to find it out.
  let effort: Int
}

extension FailureCode {
  /// What Ansible may understand, and this program's own reader does not.
  static let ansibleNotUnderstood: FailureCode = "ansible.not_understood"
}

/// What failures about Ansible's inventories have in common.
enum AnsibleFailure {
  /// The way that always works: Ansible reads its inventory itself.
  static func askAnsible(_ file: String) -> String {
    let name = file.hasPrefix("standard input") ? "INVENTORY" : file
    return "let Ansible read it: ansible-inventory -i \(name) --list | runbook inventory from-ansible - --manager HOST"
  }

  /// Why a name would reveal what may be a secret, and what to do; `nil` for other names. The name itself is not shown.
  static func mistake(inName name: String) -> (problem: String, hint: String)? {
    if name.utf8.contains(UInt8(ascii: "=")) {
      return (
        "holds '=', so a person takes it for a variable and Ansible for a name",
        "write a variable behind its host, below [GROUP:vars], or in YAML below 'vars'; "
          + "the name is not shown here: it may hold a password"
      )
    }
    if name.utf8.count > nameLimit { return ("is longer than \(nameLimit) letters", "give it a shorter one") }
    if name.hasPrefix(vaultMark) {
      return (
        "is text that ansible-vault has encrypted", "write the variable with it in YAML, as !vault, or leave it out"
      )
    }
    return nil
  }

  /// So many bytes the name of a host or group may have.
  static let nameLimit = 1000

  /// What all that `ansible-vault` has encrypted begins with.
  static let vaultMark = "$ANSIBLE_VAULT;"
}
