import YAMLTree

/// The value of a variable in an Ansible inventory, as far as a host's connection needs to tell them apart.
enum AnsibleValue: Sendable, Hashable {
  case text(String)
  case integer(Int)
  case flag(Bool)
  case nothing
  /// What `ansible-vault` has encrypted. Only Ansible can read it, and nothing else should.
  case encrypted
  /// A list, a mapping, a fraction: what no variable that is taken over can be.
  case other

  /// What Ansible's YAML reader makes of a node; `nil` for a tag that is not Ansible's.
  init?(_ node: YAMLNode) {
    switch node.tag {
    case "!vault", "!vault-encrypted": self = .encrypted
    case "", "str", "int", "bool", "null", "seq", "map", "!unsafe":
      guard case .scalar(let text, _) = node.content else {
        self = .other
        return
      }
      switch node.plain {
      case .null: self = .nothing
      case .flag(let flag): self = .flag(flag)
      case .integer(let number): self = .integer(number)
      case .text where ["", "str", "!unsafe"].contains(node.tag): self = .text(text)
      default: self = .other
      }
    default: return nil
    }
  }

  /// What Ansible's INI reader makes of a text: Python's literals are values, and all else is text. What may be either
  /// by rules of Python that don't matter here is ``other``.
  init(literal text: String) {
    self = Self.literal(text) ?? .text(text)
  }

  private static func literal(_ whole: String) -> AnsibleValue? {
    var text = whole[...]
    while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
    while let last = text.last, last.isWhitespace { text.removeLast() }
    guard let first = text.first else { return nil }
    if first == "\"" || first == "'" { return quoted(text, first) }
    // `{{ name }}` is a set of sets for Python, but of something that it does not know: text, and a template of
    // Ansible's.
    if text.hasPrefix("{{"), let next = text.dropFirst(2).first(where: { $0 != " " }), next.isLetter || next == "_" {
      return nil
    }
    if "([{".contains(first) { return .other }
    // A comment of Python's, which nothing but a literal can have before it.
    if let mark = text.firstIndex(of: "#") { return literal(String(text[..<mark])) }
    switch text {
    case "True": return .flag(true)
    case "False": return .flag(false)
    case "None": return .nothing
    case "...": return .text("...")
    default: break
    }
    if text.contains("\"") || text.contains("'") {
      let prefix = text.prefix { $0.isLetter }
      let isPrefix = prefix.count <= 2 && prefix.allSatisfy { "rRbBuUfF".contains($0) }
      let isString = text.dropFirst(prefix.count).first.map { $0 == "\"" || $0 == "'" } ?? false
      return isPrefix && isString ? .other : nil
    }
    return number(text)
  }

  private static func quoted(_ text: Substring, _ quote: Character) -> AnsibleValue {
    let inner = text.dropFirst()
    guard let end = inner.firstIndex(of: quote), !inner[..<end].contains("\\") else { return .other }
    let rest = inner[inner.index(after: end)...].drop { $0 == " " || $0 == "\t" }
    return rest.isEmpty || rest.first == "#" ? .text(String(inner[..<end])) : .other
  }

  private static func number(_ text: Substring) -> AnsibleValue? {
    let body = text.drop { "+- ".contains($0) }
    guard let first = body.utf8.first,
      (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) || first == UInt8(ascii: ".")
    else { return nil }
    // A row of values, or a complex number.
    if body.contains(where: { ",jJ".contains($0) }) { return .other }
    let digits = body.lowercased().filter { $0 != "_" }
    let (radix, prefix) =
      digits.hasPrefix("0x") ? (16, 2) : digits.hasPrefix("0o") ? (8, 2) : digits.hasPrefix("0b") ? (2, 2) : (10, 0)
    if let number = Int(digits.dropFirst(prefix), radix: radix) {
      // A decimal number that begins with 0 is none, and stays text; and so does one with `_` where none may be.
      if prefix == 0, digits.utf8.count > 1, digits.hasPrefix("0"), number != 0 { return nil }
      if body.hasSuffix("_") || body.contains("__") { return nil }
      let sign = text.prefix(text.count - body.count)
      guard sign.count <= 1 else { return .other }
      return .integer(sign == "-" ? -number : number)
    }
    return Double(digits) != nil || body.allSatisfy({ "0123456789_".contains($0) }) ? .other : nil
  }
}

/// The words of a line as Python's `shlex` parts them, which Ansible uses: quotes and backslashes as in a shell, and
/// `#` ends the line wherever it is outside of quotes, also inside a word.
enum ShellWords {
  /// Why a line has no words.
  struct Mistake: Error {
    let problem: String
  }

  static func split(_ line: Substring) throws(Mistake) -> [String] {
    var words: [String] = []
    // Grown in its place: a value may be as long as the file.
    var word = ""
    // A pair of quotes with nothing inside is a word, too.
    var isInWord = false
    func end() {
      if isInWord { words.append(word) }
      word = ""
      isInWord = false
    }
    var quote: Character?
    var rest = line.makeIterator()
    while let character = rest.next() {
      if let open = quote {
        if character == open {
          quote = nil
        } else if character == "\\", open == "\"" {
          guard let next = rest.next() else { throw Mistake(problem: "a quote is not closed") }
          // Inside of quotes a backslash is literal before all but a quote and another one.
          if next != open, next != "\\" { word.append("\\") }
          word.append(next)
        } else {
          word.append(character)
        }
        continue
      }
      switch character {
      case "\"", "'":
        quote = character
        isInWord = true
      case "\\":
        guard let next = rest.next() else { throw Mistake(problem: "nothing follows the backslash at its end") }
        word.append(next)
        isInWord = true
      case " ", "\t", "\r", "\n": end()
      case "#":
        end()
        return words
      default:
        word.append(character)
        isInWord = true
      }
    }
    guard quote == nil else { throw Mistake(problem: "a quote is not closed") }
    end()
    return words
  }
}
