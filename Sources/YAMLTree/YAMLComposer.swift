import Values

/// Builds ``YAMLNode`` from the parser's events. The bounds hold for each event, before anything is built of it: what
/// an alias repeats counts as if it were written out, and keys are scalars, so that no comparison costs more than a
/// text.
struct YAMLComposer {
  /// A value that aliases may ask for.
  private struct Anchored {
    var node: YAMLNode
    var size: Int
    var text: Int
    var depth: Int
  }

  private let reader: YAMLEventReader
  private let file: String
  private let problems: SyntaxProblems
  private let rules: YAMLRules
  private var anchors: [String: Anchored] = [:]
  private var nodes = 0
  /// How many of these are there only because of aliases.
  private var aliased = 0
  /// How many bytes of text the scalars have, and how many of these are there only because of aliases.
  private var text = 0
  private var aliasedText = 0
  /// The deepest level that was reached since it was last set, for the depth of what an alias repeats.
  private var deepest = 0

  init(_ reader: YAMLEventReader, file: String, problems: SyntaxProblems, rules: YAMLRules) {
    self.reader = reader
    self.file = file
    self.problems = problems
    self.rules = rules
  }

  /// The document; `nil` when there is none.
  mutating func document() throws(Failure) -> YAMLNode? {
    _ = try next()
    let start = try next()
    guard case .documentStart(let version) = start.kind else { return nil }
    if rules.refusesNewerVersions, let version, version != "1.1" {
      throw problems.failure(
        for: YAMLMistake(
          problem: "found a document of YAML \(version), but only 1.1 is read", line: start.line, column: 1))
    }
    let root = try node(try next(), depth: 0)
    _ = try next()
    if !rules.takesFirstDocument {
      let event = try next()
      guard case .streamEnd = event.kind else {
        throw problems.failure(
          for: YAMLMistake(problem: "expected one document, but found another document", line: event.line, column: 1))
      }
    }
    return root
  }

  private func next() throws(Failure) -> YAMLEvent {
    let event: YAMLEvent
    do { event = try reader.next() } catch { throw problems.failure(for: error) }
    let name = if case .alias(let name) = event.kind { name } else { event.anchor ?? "" }
    guard name.utf8.count <= YAMLDocument.anchorLimit else {
      let problem = "the name of an anchor or alias is longer than \(YAMLDocument.anchorLimit) letters"
      throw problems.failure(for: YAMLMistake(problem: problem, line: event.line, column: 1))
    }
    return event
  }

  private mutating func node(_ event: YAMLEvent, depth: Int) throws(Failure) -> YAMLNode {
    let location = SourceLocation(file: file, line: event.line)
    try count(1, depth: depth, at: location)
    let nodesBefore = nodes, textBefore = text, deepestBefore = deepest
    deepest = depth
    let node: YAMLNode
    switch event.kind {
    case .alias(let name):
      guard let anchored = anchors[name] else {
        // A password that begins with `*` is an alias, too.
        let shown = rules.showsLines ? " '\(name.prefix(80))'" : ""
        throw problems.failure(for: YAMLMistake(problem: "found undefined alias\(shown)", line: event.line, column: 1))
      }
      aliased += anchored.size
      text += anchored.text
      aliasedText += anchored.text
      try count(anchored.size, depth: depth + anchored.depth, at: location)
      deepest = max(deepestBefore, depth + anchored.depth)
      return anchored.node
    case .scalar(let text, let isPlain):
      self.text += text.utf8.count
      let tag = try tag(event.tag, at: location)
      node = YAMLNode(.scalar(text, isPlain: self.isPlain(tag) ?? isPlain), location: location, tag: tag)
    case .sequenceStart:
      let tag = try tag(event.tag, at: location)
      var elements: [YAMLNode] = []
      while true {
        let event = try next()
        if case .sequenceEnd = event.kind { break }
        elements.append(try self.node(event, depth: depth + 1))
      }
      node = YAMLNode(.sequence(elements), location: location, tag: tag)
    case .mappingStart:
      let tag = try tag(event.tag, at: location)
      node = YAMLNode(.mapping(try members(depth: depth + 1)), location: location, tag: tag)
    default:
      throw problems.failure(for: YAMLMistake(problem: "a value is missing here", line: event.line, column: 1))
    }
    if let name = event.anchor {
      anchors[name] = Anchored(
        node: node, size: nodes - nodesBefore + 1, text: text - textBefore, depth: deepest - depth)
    }
    deepest = max(deepest, deepestBefore)
    return node
  }

  private mutating func count(_ size: Int, depth: Int, at location: SourceLocation) throws(Failure) {
    nodes += size
    guard aliased <= YAMLDocument.aliasLimit, aliasedText <= YAMLDocument.aliasedTextLimit else {
      throw Failure(
        problems.code("too_large"),
        "the aliases in this file repeat more than "
          + (aliased > YAMLDocument.aliasLimit
            ? "\(YAMLDocument.aliasLimit) values" : "\(YAMLDocument.aliasedTextLimit >> 20) MiB of text"),
        location: location,
        hint: "write the values out, or use fewer aliases inside aliases")
    }
    guard nodes <= YAMLDocument.nodeLimit else {
      throw Failure(
        problems.code("too_large"), "this file holds more than \(YAMLDocument.nodeLimit) values", location: location,
        hint: "split it, or check that it is the file that you meant")
    }
    guard depth <= YAMLDocument.depthLimit else {
      throw Failure(
        problems.code("too_large"),
        "lists and mappings are nested deeper than \(YAMLDocument.depthLimit) levels", location: location,
        hint: "check the indentation and the brackets before this line")
    }
  }

  private mutating func members(depth: Int) throws(Failure) -> [YAMLNode.Member] {
    var building = MappingBuilder(rules: rules.repeatedKeys, problems: problems)
    while true {
      let event = try next()
      if case .mappingEnd = event.kind { return building.members }
      let key = try key(event, depth: depth)
      let value = try node(try next(), depth: depth)
      if key.isMerge {
        try building.merge(value, at: key.location)
      } else {
        try building.add(YAMLNode.Member(key: key.text, location: key.location, hasPlainKey: key.isPlain, value: value))
      }
    }
  }

  private mutating func key(
    _ event: YAMLEvent, depth: Int
  ) throws(Failure) -> (text: String, location: SourceLocation, isPlain: Bool, isMerge: Bool) {
    let location = SourceLocation(file: file, line: event.line)
    switch event.kind {
    case .scalar, .alias:
      let node = try node(event, depth: depth)
      guard case .scalar(let text, let isPlain) = node.content else { break }
      if case .alias = event.kind { return (text, location, isPlain, false) }
      return (text, location, isPlain, isPlain && text == "<<")
    default: break
    }
    throw Failure(
      problems.code("syntax"), "a key must be text, not a list or a mapping", location: location,
      hint: "check the indentation, and put texts that begin with '[', '{' or '?' in quotes")
  }

  /// Whether a tag makes a scalar text, or what it looks like without quotes; `nil` where it does neither. One that is
  /// not YAML's own makes text.
  private func isPlain(_ tag: String) -> Bool? {
    switch tag {
    case "": nil
    case "str": false
    case _ where tag.hasPrefix("!"): false
    case _ where rules.ownTags == .onlyText: nil
    default: ["int", "float", "bool", "null", "timestamp"].contains(tag)
    }
  }

  /// The name of a tag without YAML's own prefix; empty when there is none, and from `!` on where it is a foreign one.
  private func tag(_ name: String?, at location: SourceLocation) throws(Failure) -> String {
    guard let name, !name.isEmpty else { return "" }
    if name == "!" {
      return if case .binding(bareIsText: true) = rules.ownTags { "str" } else { "" }
    }
    let prefix = "tag:yaml.org,2002:"
    if name.hasPrefix(prefix) { return String(name.dropFirst(prefix.count)) }
    if rules.foreignTags == .kept { return name.hasPrefix("!") ? name : "!\(name)" }
    throw Failure(
      problems.code("syntax"), "the tag '\(name.prefix(80))' means nothing here", location: location,
      hint: "remove the tag and write the value itself")
  }
}

/// Gathers the members of one mapping: its own in their order, then what merge keys bring and it has not itself.
struct MappingBuilder {
  private let rules: YAMLRules.RepeatedKeys
  private let problems: SyntaxProblems
  private var own: [YAMLNode.Member] = []
  private var merged: [YAMLNode.Member] = []
  private var ownIndex: [String: Int] = [:]
  private var mergedIndex: [String: Int] = [:]
  private var mergeLocation: SourceLocation?

  init(rules: YAMLRules.RepeatedKeys, problems: SyntaxProblems) {
    self.rules = rules
    self.problems = problems
  }

  /// The whole mapping.
  var members: [YAMLNode.Member] { own + merged.filter { ownIndex[$0.key] == nil } }

  mutating func add(_ member: YAMLNode.Member) throws(Failure) {
    guard let index = ownIndex[member.key] else {
      ownIndex[member.key] = own.count
      own.append(member)
      return
    }
    guard rules == .lastWins else {
      throw problems.repeatedKey(member.key, at: member.location, first: own[index].location)
    }
    own[index] = member
  }

  /// Takes over what a merge key brings: of a mapping its members, of a list of mappings theirs; the earlier ones win.
  mutating func merge(_ value: YAMLNode, at location: SourceLocation) throws(Failure) {
    if let first = mergeLocation, rules == .refused { throw problems.repeatedKey("<<", at: location, first: first) }
    mergeLocation = mergeLocation ?? location
    let brought: [YAMLNode.Member]
    switch value.content {
    case .mapping(let members): brought = members
    case .sequence(let elements) where elements.allSatisfy({ $0.members != nil }):
      brought = elements.flatMap { $0.members ?? [] }
    default:
      throw Failure(
        problems.code("syntax"), "the merge key '<<' needs a mapping or a list of mappings, not \(value.kind)",
        location: value.location)
    }
    if rules == .lastWins {
      // As older readers do it: what is merged is written over what is before it, and earlier ones of a list win.
      var seen: Set<String> = []
      for member in brought where seen.insert(member.key).inserted {
        if let index = ownIndex[member.key] {
          own[index] = member
        } else {
          ownIndex[member.key] = own.count
          own.append(member)
        }
      }
      return
    }
    for member in brought where mergedIndex[member.key] == nil {
      mergedIndex[member.key] = merged.count
      merged.append(member)
    }
  }
}
