import Values
import YAMLTree

/// Reads what `ansible-inventory --list` writes, and what a script that makes an inventory does: groups with lists of
/// hosts, and the variables of all hosts under `_meta`.
enum AnsibleList {
  /// Whether a document is of this form, and not of the form of ``AnsibleYAML``, which may be written as JSON, too.
  static func isList(_ document: Value) -> Bool {
    guard let members = document.objectValue else { return false }
    return members["_meta"] != nil
      || members.values.contains { group in
        group.arrayValue != nil || group["hosts"]?.arrayValue != nil || group["children"]?.arrayValue != nil
      }
  }

  /// - Parameter tree: The same text as YAML, where it can be read so; it knows the lines.
  static func read(_ document: Value, _ tree: YAMLNode?, into draft: inout AnsibleDraft) {
    let members = document.objectValue ?? [:]
    let variables = members["_meta"]?["hostvars"]?.objectValue ?? [:]
    var isDone: Set<String> = ["_meta"]
    // In the order of Ansible's own lists, then what no list names. The next one is at the end.
    var names = members.keys.sorted(by: >) + ["all"]
    while let name = names.popLast(), !draft.isFull {
      guard let group = members[name], isDone.insert(name).inserted else { continue }
      guard draft.accepts(name, of: "a group", line: tree?.line(ofKey: name)) else { continue }
      draft.add(group: name)
      names += read(group, name, tree, &draft).reversed()
    }
    // Once for each host, however many groups name it.
    for host in draft.hosts { draft.set(values(variables[host], "the host \(host)", &draft), ofHost: host) }
    let known = Set(draft.hosts)
    for host in variables.keys.sorted() where !known.contains(host) && !draft.isFull {
      guard draft.accepts(host, of: "a host", line: tree?["_meta"]?["hostvars"]?.line(ofKey: host)) else { continue }
      draft.refuse("the host \(host) has variables but is in no group", line: nil)
    }
  }

  /// Reads one group, and gives its children.
  private static func read(
    _ group: Value, _ name: String, _ tree: YAMLNode?, _ draft: inout AnsibleDraft
  ) -> [String] {
    let form = group.arrayValue == nil ? group : ["hosts": group]
    guard let parts = form.objectValue else {
      draft.refuse("the group \(name) is neither a mapping nor a list", line: nil)
      return []
    }
    /// The names in a list; of those that can't be one, the first is reported.
    func texts(_ key: String, _ what: String) -> [String] {
      guard let value = parts[key], value != .null else { return [] }
      guard let elements = value.arrayValue, elements.allSatisfy({ $0.stringValue != nil }) else {
        draft.refuse("\(key) of the group \(name) is not a list of names", line: nil)
        return []
      }
      let texts = elements.compactMap(\.stringValue)
      guard let wrong = texts.first(where: { AnsibleFailure.mistake(inName: $0) != nil }) else { return texts }
      let written = tree?[name].flatMap { $0.elements == nil ? $0[key] : $0 }
      let line = written?.elements?.first { $0.text == wrong }?.location.line
      _ = draft.accepts(wrong, of: "\(what) in the group \(name)", line: line)
      return []
    }
    for key in parts.keys.sorted() where !["hosts", "children", "vars"].contains(key) {
      guard draft.accepts(key, of: "a part of the group \(name)", line: tree?[name]?.line(ofKey: key)) else { continue }
      draft.refuse("the group \(name) has '\(key)'; only hosts, children and vars are allowed", line: nil)
    }
    for host in texts("hosts", "a host") { draft.add(host: host, to: name, line: nil) }
    for (key, value) in values(parts["vars"], "the group \(name)", &draft) {
      draft.set(key, value, of: name, line: nil)
    }
    let children = texts("children", "a group")
    for child in children { draft.add(child: child, to: name, line: nil) }
    return children
  }

  private static func values(_ value: Value?, _ whose: String, _ draft: inout AnsibleDraft) -> [String: AnsibleValue] {
    guard let value, value != .null else { return [:] }
    guard let members = value.objectValue else {
      draft.refuse("the variables of \(whose) are not a mapping", line: nil)
      return [:]
    }
    return members.mapValues(AnsibleValue.init(json:))
  }
}

extension YAMLNode {
  fileprivate func line(ofKey key: String) -> Int? { members?.first { $0.key == key }?.location.line }
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
