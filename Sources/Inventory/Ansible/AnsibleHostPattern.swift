/// The name of a host as Ansible takes it: with a port (`da1:2222`, `[2001:db8::1]:2222`) and as the short form of many
/// (`da[1:3]`, `da[01:10:2].example.com:2222`, `db-[a:c]`).
struct AnsibleHostPattern {
  /// Why a pattern names no hosts, or not for certain the same ones as Ansible's reader.
  struct Mistake: Error {
    let problem: String
  }

  /// How many hosts one pattern may name.
  static let limit = 10_000

  let names: [String]
  let port: Int?

  init(_ pattern: String) throws(Mistake) {
    guard !pattern.isEmpty else { throw Mistake(problem: "a host has no name") }
    guard pattern.utf8.count <= 1000 else { throw Mistake(problem: "a host's name is longer than 1000 letters") }
    var name = pattern[...]
    var port: Int?
    if pattern.hasPrefix("["), let close = pattern.range(of: "]:"), let number = Self.port(pattern[close.upperBound...])
    {
      name = pattern[pattern.index(after: pattern.startIndex)..<close.lowerBound]
      guard !name.isEmpty, !name.contains("["), IPAddress(String(name)) != nil || !name.contains(":") else {
        throw Mistake(problem: "the text in brackets before the port is not an address")
      }
      port = number
    } else if let colon = Self.portColon(name), let number = Self.port(name[name.index(after: colon)...]) {
      name = name[..<colon]
      port = number
    }
    let isAddress = IPAddress(String(name)) != nil
    if port != nil, !isAddress, !Self.isHostName(name) {
      throw Mistake(problem: "a port follows something that is not a host name")
    }
    self.port = port == 0 ? nil : port
    guard !isAddress, name.contains("[") || name.contains("]") else {
      guard isAddress || !name.contains(":") else {
        throw Mistake(problem: "a host's name has a ':' and no port after it")
      }
      guard name != "---" else { throw Mistake(problem: "this is YAML, in a file whose name does not say so") }
      names = [String(name)]
      return
    }
    names = try Self.expand(name)
    if names.contains(where: { $0.contains(":") }) {
      throw Mistake(problem: "a host's name has a ':' and no port after it")
    }
  }

  private static func port(_ text: Substring) -> Int? {
    guard !text.isEmpty, text.utf8.count <= 9, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Int(text)
  }

  /// The only colon outside of brackets.
  private static func portColon(_ name: Substring) -> Substring.Index? {
    var found: Substring.Index?
    var isInside = false
    for index in name.indices {
      switch name[index] {
      case "[": isInside = true
      case "]": isInside = false
      case ":" where !isInside:
        if found != nil { return nil }
        found = index
      default: break
      }
    }
    return found
  }

  /// Whether it is a host name, in which a range may replace a letter or number.
  private static func isHostName(_ name: Substring) -> Bool {
    var plain = ""
    var rest = name
    while let open = rest.firstIndex(of: "[") {
      guard let close = rest[open...].firstIndex(of: "]") else { return false }
      let bounds = rest[rest.index(after: open)..<close].split(separator: ":", omittingEmptySubsequences: false)
      func isNumber(_ text: Substring) -> Bool { !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) } }
      func isLetter(_ text: Substring) -> Bool { text.utf8.count == 1 && text.first?.isLetter == true }
      guard bounds.count == 2 || bounds.count == 3 && isNumber(bounds[2]),
        isNumber(bounds[0]) && isNumber(bounds[1]) || isLetter(bounds[0]) && isLetter(bounds[1])
      else { return false }
      plain += rest[..<open] + "0"
      rest = rest[rest.index(after: close)...]
    }
    plain += rest
    return plain.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
      guard let first = label.first, let last = label.last else { return false }
      return first != "-" && last != "-" && last != "_"
        && label.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" }
    }
  }

  private static func expand(_ name: Substring) throws(Mistake) -> [String] {
    // From the back to the front, so that every part is read once.
    var names = [""]
    var rest = name
    while let close = rest.lastIndex(of: "]") {
      let tail = rest[rest.index(after: close)...]
      guard let open = rest[..<close].lastIndex(of: "["), !tail.contains("[") else {
        throw Mistake(problem: "the brackets of a host's name don't match")
      }
      let items = try items(rest[rest.index(after: open)..<close])
      guard items.count * names.count <= limit else {
        throw Mistake(problem: "a host's name expands to more than \(limit) hosts")
      }
      names = items.flatMap { item in names.map { item + tail + $0 } }
      rest = rest[..<open]
    }
    guard !rest.contains("["), !name.contains("|") else {
      throw Mistake(problem: "the brackets of a host's name don't match")
    }
    return names.map { rest + $0 }
  }

  private static func items(_ range: Substring) throws(Mistake) -> [String] {
    let parts = range.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2 || parts.count == 3 else {
      throw Mistake(problem: "a range is written [first:last] or [first:last:step]")
    }
    guard let step = parts.count == 3 ? port(parts[2]) : 1, step > 0 else {
      throw Mistake(problem: "the step of a range must be at least 1")
    }
    let first = parts[0].isEmpty ? "0" : parts[0], last = parts[1]
    if let from = port(first), let to = port(last) {
      // A leading zero means that all have so many digits.
      let isPadded = first.hasPrefix("0") && first.utf8.count > 1
      guard !isPadded || first.utf8.count == last.utf8.count else {
        throw Mistake(problem: "the ends of a range that begins with 0 must have the same number of digits")
      }
      guard from <= to else { throw Mistake(problem: "a range ends before it begins") }
      guard (to - from) / step < limit else { throw Mistake(problem: "a range expands to more than \(limit) hosts") }
      let width = isPadded ? first.utf8.count : 0
      return stride(from: from, through: to, by: step).map { number in
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
      }
    }
    let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
    guard first.count == 1, last.count == 1, let from = letters.firstIndex(of: first[first.startIndex]),
      let to = letters.firstIndex(of: last[last.startIndex])
    else { throw Mistake(problem: "the ends of a range are two numbers or two letters") }
    guard from <= to else { throw Mistake(problem: "a range ends before it begins") }
    return stride(from: from, through: to, by: step).map { String(letters[$0]) }
  }
}
