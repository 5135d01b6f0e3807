/// Reads Ansible's INI form: hosts below `[group]`, variables below `[group:vars]`, groups below `[group:children]`.
enum AnsibleINI {
  static func read(_ text: String, into inventory: inout AnsibleInventory) {
    var group: String?
    var kind = "hosts"
    for (index, raw) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let line = raw.trimmingSpaces
      if line.isEmpty || line.hasPrefix("#") || line.hasPrefix(";") { continue }
      if line.hasPrefix("[") {
        guard let end = line.firstIndex(of: "]") else {
          inventory.unread.append("line \(index + 1): \(line)")
          continue
        }
        let parts = line[line.index(after: line.startIndex)..<end].split(separator: ":", maxSplits: 1)
        group = parts.first.map { String($0.trimmingSpaces) }
        kind = parts.count > 1 ? String(parts[1].trimmingSpaces) : "hosts"
        if let group { inventory.add(group: group) }
        continue
      }
      switch kind {
      case "hosts": readHost(line, group, index + 1, &inventory)
      case "children": inventory.add(child: String(words(line).first ?? ""), to: group ?? "all")
      case "vars":
        guard let (name, value) = assignment(String(line)) else {
          inventory.unread.append("line \(index + 1): \(line)")
          continue
        }
        inventory.add([name: unquoted(value)], to: group ?? "all")
      default: inventory.unread.append("line \(index + 1): \(line)")
      }
    }
  }

  private static func readHost(
    _ line: Substring, _ group: String?, _ number: Int, _ inventory: inout AnsibleInventory
  ) {
    var words = words(line)
    guard !words.isEmpty else { return }
    var pattern = words.removeFirst()
    var variables: [String: String] = [:]
    for word in words {
      guard let (name, value) = assignment(word) else {
        inventory.unread.append("line \(number): \(word)")
        continue
      }
      variables[name] = value
    }
    // `host:2222` is a port, `fe80::1` is not.
    if !pattern.hasSuffix("]"), pattern.count(where: { $0 == ":" }) == 1 || pattern.contains("]:"),
      let colon = pattern.lastIndex(of: ":"), let port = Int(pattern[pattern.index(after: colon)...])
    {
      pattern = String(pattern[..<colon])
      if variables["ansible_port"] == nil { variables["ansible_port"] = "\(port)" }
    }
    for host in AnsibleRange.expand(pattern) { inventory.add(host: host, to: group, variables) }
  }

  private static func assignment(_ text: String) -> (String, String)? {
    guard let sign = text.firstIndex(of: "="), sign != text.startIndex else { return nil }
    return (
      String(text[..<sign].trimmingSpaces), String(text[text.index(after: sign)...].trimmingSpaces)
    )
  }

  private static func unquoted(_ text: String) -> String {
    words(Substring(text)).count == 1 ? words(Substring(text))[0] : text
  }

  /// The words of a line as a shell would part them; what follows ` #` is a comment.
  private static func words(_ line: Substring) -> [String] {
    var words: [String] = []
    var word: String?
    var quote: Character?
    var isEscaped = false
    for character in line {
      if isEscaped {
        word = (word ?? "") + String(character)
        isEscaped = false
      } else if character == "\\", quote != "'" {
        isEscaped = true
      } else if let open = quote {
        if character == open { quote = nil } else { word = (word ?? "") + String(character) }
      } else if character == "\"" || character == "'" {
        quote = character
        word = word ?? ""
      } else if character == " " || character == "\t" {
        if let whole = word { words.append(whole) }
        word = nil
      } else if character == "#", word == nil {
        break
      } else {
        word = (word ?? "") + String(character)
      }
    }
    if let word { words.append(word) }
    return words
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

extension String {
  fileprivate var trimmingSpaces: Substring { self[...].trimmingSpaces }
}
