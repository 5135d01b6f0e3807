import Values

/// An Ansible inventory while it is read: collects everything that is wrong, so that a person sees it at once.
struct AnsibleDraft {
  /// How many hosts are read; an inventory of ours has far fewer.
  static let hostLimit = 100_000
  /// How often hosts may be named, times their variables: a range names many hosts, and may be written again and
  /// again.
  static let mentionLimit = 2_000_000
  /// How many problems are collected.
  private static let problemLimit = 50

  let file: String
  private(set) var hosts: [String] = []
  private(set) var hostVariables: [String: [String: AnsibleValue]] = [:]
  private(set) var groups: [String: AnsibleInventory.Group] = ["all": .init(), "ungrouped": .init()]
  private var problems: [Failure] = []
  private var mentions = 0

  init(file: String) { self.file = file }

  /// Notes that a line is not understood. Its text is not shown: it may hold a password.
  mutating func refuse(_ problem: String, line: Int?, hint: String? = nil) {
    guard problems.count < Self.problemLimit else {
      isFull = true
      return
    }
    problems.append(
      Failure(
        .ansibleNotUnderstood, problem, location: line.map { SourceLocation(file: file, line: $0) },
        hint: hint ?? AnsibleFailure.askAnsible(file)))
  }

  /// Whether it is useless to read on: the result will be only the problems that there are.
  private(set) var isFull = false

  /// Whether a host or group can have that name. A variable or a piece of `ansible-vault` in the wrong place is a name
  /// for Ansible; as a name it would be written, and it may be a secret.
  ///
  /// - Parameter line: Asked for where the name is refused: to find it may take long.
  mutating func accepts(_ name: String, of what: String, line: @autoclosure () -> Int?) -> Bool {
    guard let mistake = AnsibleFailure.mistake(inName: name) else { return true }
    refuse("the name of \(what) \(mistake.problem)", line: line(), hint: mistake.hint)
    return false
  }

  mutating func add(
    host: String, port: Int? = nil, to group: String, _ variables: [String: AnsibleValue] = [:], line: Int?
  ) {
    guard !isFull else { return }
    mentions += 1 + variables.count
    if mentions > Self.mentionLimit || hosts.count == Self.hostLimit && hostVariables[host] == nil {
      refuse(
        mentions > Self.mentionLimit
          ? "hosts and their variables are named more than \(Self.mentionLimit) times"
          : "there are more than \(Self.hostLimit) hosts", line: line)
      isFull = true
      return
    }
    if hostVariables[host] == nil {
      hosts.append(host)
      // As in Ansible, a port beside the name counts where the host appears first.
      hostVariables[host] = port.map { ["ansible_port": .integer($0)] } ?? [:]
    }
    if hostVariables[host]?.isEmpty == true {
      // One copy for all hosts of a range.
      hostVariables[host] = variables
    } else if !variables.isEmpty {
      hostVariables[host, default: [:]].merge(variables) { _, new in new }
    }
    groups[group, default: .init()].hosts.insert(host)
  }

  mutating func set(_ variables: [String: AnsibleValue], ofHost host: String) { hostVariables[host] = variables }

  mutating func add(group: String) { groups[group, default: .init()].priority += 0 }

  mutating func add(child: String, to group: String, line: Int?) {
    guard child != "all", child != group else {
      return refuse("the group \(child) can't be in the group \(group)", line: line)
    }
    add(group: child)
    groups[group, default: .init()].children.append(child)
  }

  mutating func set(_ name: String, _ value: AnsibleValue, of group: String, line: Int?) {
    guard name == "ansible_group_priority" else {
      groups[group, default: .init()].variables[name] = value
      return
    }
    switch value {
    case .integer(let number): groups[group, default: .init()].priority = number
    case .text(let text):
      guard let number = Int(text) else { fallthrough }
      groups[group, default: .init()].priority = number
    default: refuse("ansible_group_priority of the group \(group) is not a whole number", line: line)
    }
  }

  /// The inventory, when all was understood.
  ///
  /// - Parameter isList: Whether Ansible itself has written it, with names that it has settled.
  func inventory(isList: Bool = false) throws(Failure) -> AnsibleInventory {
    var checked = self
    let depths = checked.depths()
    if !isList {
      for name in groups.keys.sorted() where hostVariables[name] != nil {
        checked.refuse("\(name) is the name of a host and of a group", line: nil)
      }
    }
    if var first = checked.problems.first {
      first.related = Array(checked.problems.dropFirst())
      throw first
    }
    return AnsibleInventory(self, depths: depths)
  }

  /// How deep each group is; groups that hold each other are a problem.
  private mutating func depths() -> [String: Int] {
    var waitsFor: [String: Int] = [:]
    for group in groups.values { for child in Set(group.children) { waitsFor[child, default: 0] += 1 } }
    var depths: [String: Int] = [:]
    var ready = groups.keys.filter { waitsFor[$0] == nil }
    for name in ready { depths[name] = name == "all" ? 0 : 1 }
    var settled = 0
    while let name = ready.popLast() {
      settled += 1
      for child in Set(groups[name]?.children ?? []) {
        depths[child] = max(depths[child] ?? 0, (depths[name] ?? 0) + 1)
        waitsFor[child, default: 1] -= 1
        if waitsFor[child] == 0 { ready.append(child) }
      }
    }
    if settled < groups.count {
      let names = groups.keys.filter { waitsFor[$0, default: 0] > 0 }.sorted().prefix(10)
      refuse("groups contain each other in a circle: \(names.joined(separator: ", "))", line: nil)
    }
    return depths
  }
}
