import Values

/// Reads what `ansible-inventory --list` writes, and what a script that makes an inventory does: groups with lists of hosts,
/// and the variables of all hosts under `_meta`.
enum AnsibleList {
  /// Whether a document is of this form, and not of the form of ``AnsibleYAML``, which may be written as JSON, too.
  static func isList(_ document: Value) -> Bool {
    guard let members = document.objectValue else { return false }
    return members["_meta"] != nil
      || members.values.contains { group in
        group.arrayValue != nil || group["hosts"]?.arrayValue != nil || group["children"]?.arrayValue != nil
      }
  }

  static func read(_ document: Value, into draft: inout AnsibleDraft) {
    let members = document.objectValue ?? [:]
    let variables = members["_meta"]?["hostvars"]?.objectValue ?? [:]
    var isDone: Set<String> = []
    var names = ["all"]
    // In the order of Ansible's own lists, then what no list names.
    while !names.isEmpty || isDone.count < members.count {
      guard let name = names.first else {
        names = members.keys.filter { !isDone.contains($0) }.sorted()
        continue
      }
      names.removeFirst()
      guard isDone.insert(name).inserted, name != "_meta", let group = members[name] else { continue }
      draft.add(group: name)
      names = read(group, name, variables, &draft) + names
    }
    let known = Set(draft.hosts)
    for host in variables.keys.sorted() where !known.contains(host) {
      draft.refuse("the host \(host) has variables, and is in no group", line: nil)
    }
  }

  /// Reads one group, and gives its children.
  private static func read(
    _ group: Value, _ name: String, _ variables: [String: Value], _ draft: inout AnsibleDraft
  ) -> [String] {
    let form = group.arrayValue == nil ? group : ["hosts": group]
    guard let parts = form.objectValue else {
      draft.refuse("the group \(name) is neither a mapping nor a list", line: nil)
      return []
    }
    func texts(_ key: String) -> [String] {
      guard let value = parts[key], value != .null else { return [] }
      guard let elements = value.arrayValue, elements.allSatisfy({ $0.stringValue != nil }) else {
        draft.refuse("\(key) of the group \(name) is no list of names", line: nil)
        return []
      }
      return elements.compactMap(\.stringValue)
    }
    for key in parts.keys.sorted() where !["hosts", "children", "vars"].contains(key) {
      draft.refuse("the group \(name) has '\(key)'; only hosts, children and vars can be there", line: nil)
    }
    for host in texts("hosts") {
      draft.add(host: host, to: name, values(variables[host], "the host \(host)", &draft), line: nil)
    }
    for (key, value) in values(parts["vars"], "the group \(name)", &draft) {
      draft.set(key, value, of: name, line: nil)
    }
    let children = texts("children")
    for child in children { draft.add(child: child, to: name, line: nil) }
    return children
  }

  private static func values(_ value: Value?, _ whose: String, _ draft: inout AnsibleDraft) -> [String: AnsibleValue] {
    guard let value, value != .null else { return [:] }
    guard let members = value.objectValue else {
      draft.refuse("the variables of \(whose) are no mapping", line: nil)
      return [:]
    }
    return members.mapValues(AnsibleValue.init(json:))
  }
}

extension AnsibleValue {
  fileprivate init(json value: Value) {
    switch value {
    case .string(let text): self = .text(text)
    case .integer(let number): self = Int(exactly: number).map { .integer($0) } ?? .other
    case .bool(let flag): self = .flag(flag)
    case .null: self = .nothing
    case .object(let members) where members["__ansible_vault"] != nil: self = .encrypted
    case .object(let members):
      if let text = members["__ansible_unsafe"]?.stringValue { self = .text(text) } else { self = .other }
    default: self = .other
    }
  }
}
