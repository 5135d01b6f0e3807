import Values
import YAMLTree

/// Reads Ansible's YAML form: groups with `hosts`, `vars` and `children`. What `ansible-inventory --list --yaml` writes
/// is of this form.
struct AnsibleYAML {
  private var draft: AnsibleDraft

  private init(draft: AnsibleDraft) { self.draft = draft }

  /// Ansible's own tags are kept, and no line is shown, because it may hold a password.
  static var rules: YAMLRules {
    var rules = YAMLRules()
    rules.foreignTags = .kept
    rules.showsLines = false
    return rules
  }

  static func read(_ root: YAMLNode, into draft: inout AnsibleDraft) throws(Failure) {
    guard let members = root.members else {
      throw Failure(
        "ansible.syntax", "an inventory of Ansible begins with a group, such as all", location: root.location)
    }
    if root["plugin"] != nil {
      throw Failure(
        .ansibleNotUnderstood, "this is the configuration of an inventory plugin, which only Ansible can run",
        location: root.location, hint: AnsibleFailure.askAnsible(draft.file))
    }
    var reader = AnsibleYAML(draft: draft)
    for member in members where !reader.draft.isFull { reader.readGroup(member) }
    draft = reader.draft
  }

  private mutating func readGroup(_ group: YAMLNode.Member) {
    guard let name = name(group, "a group") else { return }
    draft.add(group: name)
    guard !group.value.isNull else { return }
    guard let sections = group.value.members else {
      return refuse("the group \(name) must be a mapping, but it is \(group.value.kind)", group.location)
    }
    for section in sections {
      // Hosts or groups of a section may be written as one text.
      let entries: [YAMLNode.Member]
      if section.value.isNull {
        entries = []
      } else if let members = section.value.members {
        entries = members
      } else if section.key != "vars", section.value.plain == .text, let text = section.value.text, !text.isEmpty,
        section.value.tag.isEmpty
      {
        let nothing = YAMLNode(.scalar("", isPlain: true), location: section.location)
        entries = [YAMLNode.Member(key: text, location: section.location, hasPlainKey: false, value: nothing)]
      } else {
        if accepts(section.key, of: "a part of the group \(name)", section.location) {
          refuse(
            "\(section.key) of the group \(name) must be a mapping, but it is \(section.value.kind)", section.location)
        }
        continue
      }
      for entry in entries where !draft.isFull { read(entry, in: section, of: name) }
      if !["vars", "hosts", "children"].contains(section.key),
        accepts(section.key, of: "a part of the group \(name)", section.location)
      {
        refuse("the group \(name) has '\(section.key)'; only hosts, children and vars are allowed", section.location)
      }
    }
  }

  private mutating func read(_ entry: YAMLNode.Member, in section: YAMLNode.Member, of group: String) {
    switch section.key {
    case "vars":
      guard let value = value(entry, "of the group \(group)") else { return }
      draft.set(entry.key, value, of: group, line: entry.location.line)
    case "children":
      guard let child = name(entry, "a group") else { return }
      draft.add(child: child, to: group, line: entry.location.line)
      readGroup(entry)
    case "hosts": readHost(entry, group)
    default: break
    }
  }

  private mutating func readHost(_ host: YAMLNode.Member, _ group: String) {
    guard let written = name(host, "a host") else { return }
    guard host.value.isNull || host.value.members != nil else {
      return refuse("the host \(written) must be a mapping of variables, but it is \(host.value.kind)", host.location)
    }
    var variables: [String: AnsibleValue] = [:]
    for variable in host.value.members ?? [] {
      guard let value = value(variable, "of the host \(written)") else { continue }
      variables[variable.key] = value
    }
    do {
      let pattern = try AnsibleHostPattern(written)
      for name in pattern.names {
        draft.add(host: name, port: pattern.port, to: group, variables, line: host.location.line)
      }
    } catch { refuse(error.problem, host.location) }
  }

  private mutating func value(_ variable: YAMLNode.Member, _ whose: String) -> AnsibleValue? {
    if let value = AnsibleValue(variable.value) { return value }
    // A password that begins with `!` is a tag, too.
    refuse("the tag of a variable \(whose) is not known: put text that begins with '!' in quotes", variable.location)
    return nil
  }

  /// A name that is text for Ansible, too.
  private mutating func name(_ member: YAMLNode.Member, _ what: String) -> String? {
    guard accepts(member.key, of: what, member.location) else { return nil }
    guard !member.key.isEmpty, !member.hasPlainKey || PlainScalar(member.key) == .text else {
      refuse("the name '\(member.key)' of \(what) is not text for Ansible: put it in quotes", member.location)
      return nil
    }
    return member.key
  }

  private mutating func accepts(_ name: String, of what: String, _ location: SourceLocation) -> Bool {
    draft.accepts(name, of: what, line: location.line)
  }

  private mutating func refuse(_ problem: String, _ location: SourceLocation) {
    draft.refuse(problem, line: location.line)
  }
}
