import Values

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
