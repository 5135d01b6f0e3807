/// Reads Ansible's INI form: hosts below `[group]`, variables below `[group:vars]`, groups below `[group:children]`.
struct AnsibleINI {
  private enum Kind: String {
    case hosts, vars, children
  }

  private var draft: AnsibleDraft
  private var group = "ungrouped"
  private var kind = Kind.hosts
  private var declared: Set<String> = ["all", "ungrouped"]
  /// Groups that are named before, or without, a section of their own; with the line.
  private var awaited: [(name: String, line: Int)] = []

  static func read(_ text: String, into draft: inout AnsibleDraft) {
    var reader = AnsibleINI(draft: draft)
    // All that ends a line for Python, CR LF and CR among it.
    let lines = text.split(omittingEmptySubsequences: false) { character in
      character.isNewline || ["\u{1C}", "\u{1D}", "\u{1E}"].contains(character)
    }
    for (index, line) in lines.enumerated() where !reader.draft.isFull { reader.read(line.trimmingSpaces, index + 1) }
    for (name, line) in reader.awaited where !reader.declared.contains(name) {
      reader.draft.refuse("the group \(name) has no section [\(name)] or [\(name):children]", line: line)
    }
    draft = reader.draft
  }

  private mutating func read(_ line: Substring, _ number: Int) {
    if line.isEmpty || line.hasPrefix("#") || line.hasPrefix(";") { return }
    if line.unicodeScalars.first == "\u{FEFF}" {
      return draft.refuse(
        "the file begins with a byte order mark, which Ansible treats as part of a name", line: number)
    }
    if let section = section(line) { return begin(section.name, section.kind, number) }
    if line.hasPrefix("["), line.hasSuffix("]") {
      return draft.refuse(
        "a section is written [group], [group:vars] or [group:children], without spaces", line: number)
    }
    switch kind {
    case .hosts: readHost(line, number)
    case .children:
      guard let name = groupName(line) else {
        return draft.refuse("a line below [\(group):children] is not the name of one group", line: number)
      }
      guard draft.accepts(name, of: "a group", line: number) else { return }
      awaited.append((name, number))
      draft.add(child: name, to: group, line: number)
    case .vars:
      guard let (name, value) = assignment(line) else {
        return draft.refuse("a line below [\(group):vars] is not of the form name=value", line: number)
      }
      draft.set(name, AnsibleValue(literal: value), of: group, line: number)
    }
  }

  /// The name and kind in `[name:kind]`, which a comment may follow.
  private func section(_ line: Substring) -> (name: String, kind: String)? {
    guard line.hasPrefix("["), let end = line.firstIndex(of: "]") else { return nil }
    let after = line[line.index(after: end)...].trimmingSpaces
    guard after.isEmpty || after.hasPrefix("#") else { return nil }
    let parts = line[line.index(after: line.startIndex)..<end].split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count <= 2, let name = parts.first, !name.isEmpty, !name.contains(where: \.isWhitespace),
      parts.count < 2 || !parts[1].isEmpty && parts[1].allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" })
    else { return nil }
    return (String(name), parts.count == 2 ? String(parts[1]) : "hosts")
  }

  private mutating func begin(_ name: String, _ kind: String, _ number: Int) {
    guard let known = Kind(rawValue: kind) else {
      return draft.refuse("a section of the kind ':\(kind)' is not known", line: number)
    }
    guard draft.accepts(name, of: "a group", line: number) else { return }
    (group, self.kind) = (name, known)
    draft.add(group: name)
    if known == .vars { awaited.append((name, number)) } else { declared.insert(name) }
  }

  private func groupName(_ line: Substring) -> String? {
    let name = line.prefix { $0 != ":" && $0 != "]" && !$0.isWhitespace }
    let rest = line[name.endIndex...].trimmingSpaces
    // A `#` right after the name is taken for a part of it.
    return name.isEmpty || !(rest.isEmpty || rest.hasPrefix("#")) ? nil : String(name)
  }

  private mutating func readHost(_ line: Substring, _ number: Int) {
    do {
      let words = try ShellWords.split(line)
      guard let first = words.first, draft.accepts(first, of: "a host", line: number) else { return }
      let pattern = try AnsibleHostPattern(first)
      var variables: [String: AnsibleValue] = [:]
      for word in words.dropFirst() {
        // The word itself is not shown: it may be the second half of a password.
        guard let sign = word.firstIndex(of: "=") else {
          return draft.refuse("what follows the host \(first) is not of the form name=value", line: number)
        }
        variables[String(word[..<sign])] = AnsibleValue(literal: String(word[word.index(after: sign)...]))
      }
      for name in pattern.names { draft.add(host: name, port: pattern.port, to: group, variables, line: number) }
    } catch let mistake as ShellWords.Mistake {
      draft.refuse("the line can't be split into words: \(mistake.problem)", line: number)
    } catch let mistake as AnsibleHostPattern.Mistake {
      draft.refuse(mistake.problem, line: number)
    } catch {
      draft.refuse("the line can't be read", line: number)
    }
  }

  private func assignment(_ line: Substring) -> (name: String, value: String)? {
    guard let sign = line.firstIndex(of: "=") else { return nil }
    let name = line[..<sign].trimmingSpaces
    return name.isEmpty ? nil : (String(name), String(line[line.index(after: sign)...].trimmingSpaces))
  }
}

extension Substring {
  fileprivate var trimmingSpaces: Substring {
    var text = self
    while let first = text.first, first.isWhitespace { text.removeFirst() }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    return text
  }
}
