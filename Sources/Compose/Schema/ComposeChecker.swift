import Values
import YAMLTree

/// Compares a compose file, its variables replaced, with the client's schema, and collects what is refused.
struct ComposeChecker {
  let dialect: ComposeDialect
  /// The version 3.N that the file says.
  let version: Int
  private(set) var failures: [Failure] = []

  init(dialect: ComposeDialect, version: Int) {
    self.dialect = dialect
    self.version = version
  }

  mutating func check(_ root: YAMLNode) { check(root, .mapping(ComposeSchema.root), "") }

  private mutating func check(_ node: YAMLNode, _ shape: ComposeShape, _ path: String) {
    switch shape {
    case .list(let element, let isUnique):
      guard let elements = node.elements else { return refuse(node, shape, path) }
      for (index, item) in elements.enumerated() { check(item, element, "\(path).\(index)") }
      var seen: Set<String> = []
      if isUnique, let twice = elements.first(where: { !seen.insert(identity($0)).inserted }) {
        add("\(path) has the same entry twice", at: twice.location)
      }
    case .mapping(let mapping):
      guard node.members != nil else { return refuse(node, shape, path) }
      check(node, mapping, path)
    case .either(let shapes):
      // What the node is decides between the alternatives; then its own problems are reported.
      guard let fitting = shapes.first(where: { isOfKind(node, $0) }) else { return refuse(node, shape, path) }
      check(node, fitting, path)
    default:
      if !isOfKind(node, shape) || !hasForm(node, shape) { refuse(node, shape, path) }
    }
  }

  private mutating func check(_ node: YAMLNode, _ mapping: ComposeMapping, _ path: String) {
    for var member in node.members ?? [] {
      // Nothing has no line of its own.
      if member.value.isNull { member.value.location = member.location }
      let inner = path.isEmpty ? member.key : "\(path).\(member.key)"
      let keyKind = ComposeScalar(member.key, isPlain: member.hasPlainKey, dialect)
      guard keyKind == .text || keyKind == .flagOrText else {
        add("the key \(inner) is not text: put it in quotes", at: member.location)
        continue
      }
      if let key = mapping.keys[member.key] {
        if key.since > version {
          add("\(inner) is not known in version 3.\(version); it came with 3.\(key.since)", at: member.location)
        } else {
          check(member.value, key.shape, inner)
        }
        continue
      }
      switch mapping.further {
      case .extensions(let since) where member.key.hasPrefix("x-") && version >= since: checkFree(member.value, inner)
      case .anything(let since) where version >= since: checkFree(member.value, inner)
      case .each(let shape, let isStrict): check(member, shape, isStrict: isStrict, inner)
      case .named(let shape, let isStrict):
        if Self.isName(member.key) {
          check(member.value, shape, inner)
        } else if isStrict {
          add("\(inner) is not a name: use letters, digits, '.', '_' and '-'", at: member.location)
        }
      case .refused, .extensions, .anything:
        let hint = Suggestion.closest(to: member.key, among: mapping.keys.keys).map { "did you mean '\($0)'?" }
        add("\(inner) is not known to docker stack deploy", at: member.location, hint: hint)
      }
    }
    for name in mapping.required where node[name] == nil { add("\(path) has no \(name)", at: node.location) }
  }

  /// Where any names are allowed: the schema's patterns are `.+` where it is strict, else `^.+$`, and a point is not a
  /// line break.
  private mutating func check(_ member: YAMLNode.Member, _ shape: ComposeShape, isStrict: Bool, _ path: String) {
    let scalars = member.key.unicodeScalars
    if isStrict ? scalars.contains(where: { $0 != "\n" }) : !scalars.isEmpty && !scalars.contains("\n") {
      check(member.value, shape, path)
    } else if isStrict {
      add("\(path) is not a name: it is empty", at: member.location)
    } else {
      checkFree(member.value, path)
    }
  }

  /// Looks at what has no schema: as JSON, which the client makes of it, it must be possible all the same.
  private mutating func checkFree(_ node: YAMLNode, _ path: String) {
    switch node.content {
    case .scalar(let text, _):
      if node.scalar(dialect) == .notFinite {
        add("\(path) is '\(text)', which docker stack deploy can't read", at: node.location)
      }
    case .sequence(let elements):
      for (index, element) in elements.enumerated() { checkFree(element, "\(path).\(index)") }
    case .mapping(let members):
      for member in members {
        if !isFreeKey(member) {
          add("the key \(path).\(member.key) is not text: put it in quotes", at: member.location)
        }
        checkFree(member.value, "\(path).\(member.key)")
      }
    }
  }

  /// Newer clients take whole numbers as keys where the schema does not look.
  private func isFreeKey(_ member: YAMLNode.Member) -> Bool {
    switch ComposeScalar(member.key, isPlain: member.hasPlainKey, dialect) {
    case .text, .flagOrText, .date: true
    case .integer: dialect.hasOldFlags != true
    default: false
    }
  }

  private func isOfKind(_ node: YAMLNode, _ shape: ComposeShape) -> Bool {
    let scalar = node.scalar(dialect)
    return switch shape {
    case .text, .duration, .size, .words: scalar == .text || scalar == .flagOrText
    case .flag: scalar == .flag || scalar == .flagOrText
    case .integer, .count: isWhole(node, scalar)
    case .literal: if case .integer = scalar { true } else { false }
    case .number, .unsigned: isNumber(scalar)
    case .port: isNumber(scalar) || scalar == .text
    case .exposed: isNumber(scalar) || scalar == .text || scalar == .date
    case .null: scalar == .null
    case .date: scalar == .date
    case .list: node.elements != nil
    case .mapping: node.members != nil
    case .either(let shapes): shapes.contains { isOfKind(node, $0) }
    case .anything: true
    }
  }

  private func isNumber(_ scalar: ComposeScalar?) -> Bool {
    if case .integer = scalar { return true }
    return scalar == .number
  }

  /// `2.0` is whole, too.
  private func isWhole(_ node: YAMLNode, _ scalar: ComposeScalar?) -> Bool {
    if case .integer = scalar { return true }
    guard scalar == .number, let number = fraction(node) else { return false }
    return number.rounded() == number
  }

  private func fraction(_ node: YAMLNode) -> Double? { node.text.flatMap { Double($0.filter { $0 != "_" }) } }

  private func hasForm(_ node: YAMLNode, _ shape: ComposeShape) -> Bool {
    guard case .scalar(let text, _) = node.content else { return true }
    return switch shape {
    case .duration: ComposeForm.isDuration(text)
    case .size: ComposeSize.bytes(text, dialect) != nil
    case .words(let words): words.contains(text)
    case .port: ShortPorts(ComposeForm.decimal(text, node.scalar(dialect))) != nil
    case .count, .unsigned:
      if case .integer(let number) = node.scalar(dialect) {
        number >= 0
      } else {
        fraction(node).map { $0 >= 0 } ?? true
      }
    default: true
    }
  }

  /// One text for equal nodes.
  private func identity(_ node: YAMLNode) -> String {
    switch node.content {
    case .scalar(let text, _):
      if case .integer(let number) = node.scalar(dialect) { return "i\(number)" }
      return "\(node.scalar(dialect) ?? .text)\(text.utf8.count):\(text)"
    case .sequence(let elements): return "[\(elements.map(identity).joined(separator: ","))]"
    case .mapping(let members):
      return
        "{\(members.sorted { $0.key < $1.key }.map { "\($0.key.utf8.count):\($0.key)=\(identity($0.value))" }.joined(separator: ","))}"
    }
  }

  private mutating func refuse(_ node: YAMLNode, _ shape: ComposeShape, _ path: String) {
    let found = isOfKind(node, shape) ? "'\(node.text ?? "")'" : node.composeKind(dialect)
    add("\(path) must be \(shape.expectation), but it is \(found)", at: node.location)
  }

  private mutating func add(_ message: String, at location: SourceLocation, hint: String? = nil) {
    guard failures.count < 100 else { return }
    failures.append(
      Failure(
        "compose.invalid", message, location: location,
        hint: hint ?? "correct the compose file; docker stack deploy refuses it too"))
  }

  private static func isName(_ text: String) -> Bool {
    !text.isEmpty && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
  }
}

/// What may not stand together in a description below `networks`, `volumes`, `secrets` or `configs`. The client looks at
/// it in each file, before it merges them.
enum ComposeConflict {
  /// Which keys conflict; `nil` where none do.
  static func keys(of description: YAMLNode, in section: String) -> String? {
    let external = description["external"]
    guard external?.members != nil || external?.text?.lowercased() == "true" else {
      return section == "secrets" && says(description["driver"]) && says(description["file"]) ? "driver and file" : nil
    }
    if section == "volumes",
      let key = ["driver", "driver_opts", "labels"].first(where: { says(description[$0]) })
    {
      return "external and \(key)"
    }
    return says(external?["name"]) && says(description["name"]) ? "external.name and name" : nil
  }

  /// Whether anything is said: an empty text, list or mapping counts as none.
  private static func says(_ node: YAMLNode?) -> Bool {
    guard let node else { return false }
    return !(node.text ?? "").isEmpty || node.elements?.isEmpty == false || node.members?.isEmpty == false
  }
}
