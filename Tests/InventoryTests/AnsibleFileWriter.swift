import Fuzzing

/// Writes inventories of Ansible at random, with all that its forms allow, and a mistake now and then.
struct AnsibleFileWriter {
  private var random: SeededRandom

  init(seed: UInt64) { random = SeededRandom(seed: seed) }

  private mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
  private mutating func one(_ choices: [String]) -> String { choices.randomElement(using: &random) ?? "" }
  private mutating func now(_ percent: Int) -> Bool { number(1...100) <= percent }

  private mutating func group() -> String { one(["web", "db", "managers", "da_policy", "x-1", "zone.a", "Web"]) }

  private mutating func host() -> String {
    switch number(0...11) {
    case 0: one(["w[1:3]", "n[01:04:2].example.com", "q[a:c]", "r[1:2]-[a:b]", "10.0.0.[1:2]", "t[:2]"])
    case 1: one(["a", "b"]) + ":\(number(0...3) * 1111)"
    case 2: one(["w[1:2]:2200", "[2001:db8::1]:2222", "fe80::1", "10.1.2.3", "[h9]:22"])
    case 3 where now(20): one(["a:", "x[3:1]", "x[01:100]", "y_:22", "c:d"])
    default: one(["a", "b", "c", "m1", "m2", "w1", "w2", "n1.example.com"])
    }
  }

  private mutating func name() -> String {
    one([
      "ansible_host", "ansible_ssh_host", "ansible_user", "ansible_ssh_user", "ansible_port", "ansible_ssh_port",
      "ansible_become", "ansible_connection", "ansible_ssh_private_key_file", "note", "x", "ansible_group_priority",
    ])
  }

  private mutating func value(of name: String) -> String {
    if name == "ansible_group_priority" { return "\(number(0...20))" }
    return one([
      "10.0.0.1", "da1.example.com", "root", "22", "2222", "yes", "True", "no", "on", "t", "~/.ssh/id", "/k e y", "a#b",
      "a # b",
      "it's", "\"q\"", "'q'", "", " ", "0x16", "022", "1_000", "1e3", "None", "null", "~", "x=y", "a\\b", "a\\", "[1]",
      "{{ v }}", "ü",
      "5.0", "-1", "+1", "b'x'", "1,2", "off", "1:30", "2024-01-02", "*a", "&a", "!x", "%x", "@x", "`x`", "a: b", "- a",
    ])
  }

  /// A file of the INI form.
  mutating func ini() -> String {
    var lines: [String] = []
    var declared: [String] = []
    if now(20) { lines.append(one(["# c", "; c", "", "   "])) }
    for _ in 0..<number(1...5) {
      let group = group()
      switch number(0...5) {
      case 0, 1, 2:
        lines.append(now(80) ? "[\(group)]" : "[\(group)] # c")
        declared.append(group)
        for _ in 0..<number(0...3) { lines.append(iniHost()) }
      case 3:
        lines.append("[\(now(30) ? "all" : declared.randomElement(using: &random) ?? "all"):vars]")
        for _ in 0..<number(1...3) {
          let name = name()
          lines.append("\(name)\(one(["=", " = ", "= "]))\(value(of: name))\(now(10) ? " # c" : "")")
        }
      case 4 where !declared.isEmpty:
        lines.append("[outer\(number(1...2)):children]")
        lines.append(declared.randomElement(using: &random) ?? "")
      default:
        if declared.isEmpty { lines.append(iniHost()) }
      }
    }
    return lines.joined(separator: now(15) ? "\r\n" : "\n") + "\n"
  }

  private mutating func iniHost() -> String {
    var line = host()
    for _ in 0..<number(0...3) {
      let name = name(), value = value(of: name)
      switch number(0...3) {
      case 0 where !value.contains("\""): line += " \(name)=\"\(value)\""
      case 1 where !value.contains("'"): line += " \(name)='\(value)'"
      case 2 where !value.contains("\""): line += " \"\(name)=\(value)\""
      default: line += " \(name)=\(value.contains(" ") ? "v" : value)"
      }
    }
    return line + (now(10) ? " # c" : "")
  }

  /// A file of the YAML form.
  mutating func yaml() -> String {
    var lines: [String] = now(20) ? ["---"] : []
    var groups: Set<String> = []
    for _ in 0..<number(1...3) {
      let name = now(40) ? "all" : group()
      guard groups.insert(name).inserted else { continue }
      lines.append("\(name):")
      write(indent: "  ", depth: 0, &lines)
    }
    return lines.joined(separator: now(15) ? "\r\n" : "\n") + "\n"
  }

  private mutating func write(indent: String, depth: Int, _ lines: inout [String]) {
    if now(70) {
      if now(15) {
        lines.append("\(indent)hosts: \(one(["a", "m1", "w[1:2]", "5", "yes"]))")
      } else {
        lines.append("\(indent)hosts:")
        var hosts: Set<String> = []
        for _ in 0..<number(0...3) {
          let host = host()
          guard hosts.insert(host).inserted else { continue }
          let key = host.contains(":") || host.hasPrefix("[") || now(20) ? "'\(host)'" : host
          lines.append("\(indent)  \(key):\(mapping())")
        }
      }
    }
    if now(50) { lines.append("\(indent)vars:\(mapping())") }
    if now(50), depth < 2 {
      lines.append("\(indent)children:")
      var groups: Set<String> = []
      for _ in 0..<number(0...2) {
        let group = now(90) ? group() : one(["5", "no", "'5'"])
        guard groups.insert(group).inserted else { continue }
        lines.append("\(indent)  \(group):")
        if now(60) { write(indent: indent + "    ", depth: depth + 1, &lines) }
      }
    }
  }

  private mutating func mapping() -> String {
    var names: Set<String> = []
    var parts: [String] = []
    for _ in 0..<number(0...3) {
      let name = name()
      guard names.insert(name).inserted else { continue }
      let value = value(of: name)
      let isPlain = value.allSatisfy { $0.isLetter || $0.isNumber || "._-+~/".contains($0) }
      parts.append("\(name): \(isPlain && now(75) ? value : "'\(value.replacing("'", with: "''"))'")")
    }
    return parts.isEmpty ? (now(50) ? "" : " {}") : " { \(parts.joined(separator: ", ")) }"
  }
}
