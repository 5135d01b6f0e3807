import Values
import YAMLTree

/// Compares a YAML tree with the schema: known keys, right types, right forms.
struct ShapeChecker {
  /// What the present mapping is, for a message.
  let area: String

  /// Checks a mapping against its keys.
  ///
  /// - Returns: The tree without what was wrong, so that the next check can look at the rest.
  func check(_ node: YAMLNode, _ keys: [SchemaKey], _ problems: inout Problems) -> YAMLNode {
    guard let members = node.members else {
      // An empty value counts as a mapping without members, so that what it lacks is reported by name.
      if !node.isNull {
        wrongType(node, .mapping(keys), &problems)
      } else {
        missing(keys, [], at: node.location, &problems)
      }
      return YAMLNode(.mapping([]), location: node.location)
    }
    var good: [YAMLNode.Member] = []
    for member in members {
      guard let key = keys.first(where: { $0.name == member.key }) else {
        unknown(member, keys, &problems)
        continue
      }
      if let value = inside(member.key).check(member.value, key.shape, &problems) {
        good.append(YAMLNode.Member(key: member.key, location: member.location, value: value))
      }
    }
    missing(keys, members.map(\.key), at: node.location, &problems)
    return YAMLNode(.mapping(good), location: node.location)
  }

  private func check(_ node: YAMLNode, _ shape: SchemaShape, _ problems: inout Problems) -> YAMLNode? {
    switch shape {
    case .mapping(let keys):
      // Without members nothing more can be said about it; what it lacks would only repeat that.
      guard node.members != nil || node.isNull else { break }
      return check(node, keys, &problems)
    case .list(let element, let least): return checkList(node, element, least, shape, &problems)
    case .named(let form, let element): return checkNamed(node, form, element, shape, &problems)
    case .flag where node.flag != nil: return node
    case .integer(let range) where node.integer.map(range.contains) == true: return node
    case .word where node.text != nil: return node
    case .choice(let words):
      if let text = node.text, words.contains(text) { return node }
      wrongWord(node, words, &problems)
      return nil
    case .text(let form):
      guard let text = node.text, node.flag == nil else { break }
      if form.accepts(text) { return node }
      problems.add(
        "inventory.bad_value", "in '\(area)', '\(shown(text))' is not \(form.name)", at: node.location, hint: form.hint
      )
      return nil
    default: break
    }
    wrongType(node, shape, &problems)
    return nil
  }

  private func checkList(
    _ node: YAMLNode, _ element: SchemaShape, _ least: Int, _ shape: SchemaShape, _ problems: inout Problems
  ) -> YAMLNode? {
    guard let elements = node.elements else {
      wrongType(node, shape, &problems)
      return nil
    }
    if elements.count < least {
      problems.add(
        "inventory.bad_value", "the list at '\(area)' is empty", at: node.location,
        hint: "name at least \(least), or leave the key out")
      return nil
    }
    return YAMLNode(.sequence(elements.compactMap { check($0, element, &problems) }), location: node.location)
  }

  private func checkNamed(
    _ node: YAMLNode, _ form: TextForm, _ element: SchemaShape, _ shape: SchemaShape, _ problems: inout Problems
  ) -> YAMLNode? {
    guard let members = node.members else {
      wrongType(node, shape, &problems)
      return nil
    }
    var good: [YAMLNode.Member] = []
    for member in members {
      guard form.accepts(member.key) else {
        problems.add(
          "inventory.bad_value", "in '\(area)', the key '\(shown(member.key))' is not \(form.name)",
          at: member.location,
          hint: form.hint)
        continue
      }
      if let value = inside(member.key).check(member.value, element, &problems) {
        good.append(YAMLNode.Member(key: member.key, location: member.location, value: value))
      }
    }
    return YAMLNode(.mapping(good), location: node.location)
  }

  private func inside(_ key: String) -> ShapeChecker {
    ShapeChecker(area: area == "the inventory" ? key : "\(area).\(key)")
  }

  private func missing(
    _ keys: [SchemaKey], _ present: [String], at location: SourceLocation, _ problems: inout Problems
  ) {
    for key in keys where key.isRequired && !present.contains(key.name) {
      problems.add(
        "inventory.missing_key", "\(start) has no '\(key.name)'", at: location,
        hint: "add '\(key.name)': \(key.summary.prefix(1).lowercased())\(key.summary.dropFirst().dropLast())")
    }
  }

  private var start: String { area == "the inventory" ? "the inventory" : "'\(area)'" }

  private func unknown(_ member: YAMLNode.Member, _ keys: [SchemaKey], _ problems: inout Problems) {
    let names = keys.map(\.name)
    let nearest = Suggestion.closest(to: member.key, among: names)
    problems.add(
      "inventory.unknown_key", "\(start) has an unknown key '\(shown(member.key))'", at: member.location,
      hint: nearest.map { "did you mean '\($0)'?" } ?? "the keys here are \(names.joined(separator: ", "))")
  }

  private func wrongType(_ node: YAMLNode, _ shape: SchemaShape, _ problems: inout Problems) {
    var hint = "write \(shape.expectation) here"
    if case .text = shape, node.flag != nil { hint = "put it in quotes if it is text" }
    if case .mapping(let keys) = shape {
      hint = "write 'key: value' with the keys \(keys.map(\.name).joined(separator: ", "))"
    }
    problems.add(
      "inventory.wrong_type", "\(start) must be \(shape.expectation), but it is \(described(node))", at: node.location,
      hint: hint)
  }

  private func wrongWord(_ node: YAMLNode, _ words: [String], _ problems: inout Problems) {
    let nearest = node.text.flatMap { Suggestion.closest(to: $0, among: words) }
    problems.add(
      "inventory.bad_value", "\(start) must be \(words.joined(separator: " or ")), but it is \(described(node))",
      at: node.location, hint: nearest.map { "did you mean '\($0)'?" } ?? "write \(words.joined(separator: " or "))")
  }

  private func described(_ node: YAMLNode) -> String {
    guard let text = node.text else { return node.kind }
    return "\(node.kind): '\(shown(text))'"
  }

  /// A text as far as it helps: without control characters, and not endless.
  private func shown(_ text: String) -> String {
    let clean = String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 ? " " : $0 }))
    return clean.count > 60 ? "\(clean.prefix(60))…" : clean
  }
}
