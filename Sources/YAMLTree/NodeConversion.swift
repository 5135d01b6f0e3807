import Values
import Yams

/// Turns what Yams composed into a ``YAMLNode``: merge keys resolved, size bounded, foreign tags refused.
struct NodeConversion {
  let file: String
  let area: String
  let nodeLimit: Int
  let depthLimit: Int
  private var nodes = 0

  init(file: String, area: String, nodeLimit: Int, depthLimit: Int) {
    self.file = file
    self.area = area
    self.nodeLimit = nodeLimit
    self.depthLimit = depthLimit
  }

  mutating func convert(_ node: Node, depth: Int) throws(Failure) -> YAMLNode {
    nodes += 1
    let place = place(of: node)
    guard nodes <= nodeLimit else {
      throw Failure(
        code("too_large"), "The aliases in this file stand for more than \(nodeLimit) values.", place: place,
        hint: "Write the values out, or use fewer aliases inside aliases.")
    }
    guard depth <= depthLimit else {
      throw Failure(
        code("too_large"), "Lists and mappings are nested deeper than \(depthLimit) levels.", place: place,
        hint: "Check the indentation and the brackets before this line.")
    }
    switch node {
    case .scalar(let scalar):
      let tag = try standardTag(scalar.tag, at: place)
      // Yams gives every quoted scalar the tag `str`.
      return YAMLNode(.scalar(scalar.string, isPlain: scalar.style == .plain && tag != "str"), place: place)
    case .sequence(let sequence):
      _ = try standardTag(sequence.tag, at: place)
      var elements: [YAMLNode] = []
      for element in sequence { elements.append(try convert(element, depth: depth + 1)) }
      return YAMLNode(.sequence(elements), place: place)
    case .mapping(let mapping):
      _ = try standardTag(mapping.tag, at: place)
      return YAMLNode(.mapping(try members(of: mapping, depth: depth + 1)), place: place)
    case .alias(let alias):
      throw Failure(code("syntax"), "The alias '\(alias.anchor.rawValue)' is not defined.", place: place)
    }
  }

  private mutating func members(of mapping: Node.Mapping, depth: Int) throws(Failure) -> [YAMLNode.Member] {
    var members: [YAMLNode.Member] = []
    var merged: [YAMLNode.Member] = []
    for (key, value) in mapping {
      let place = place(of: key)
      guard case .scalar(let scalar) = key else {
        throw Failure(
          code("syntax"), "A key must be text, not a list or a mapping.", place: place,
          hint: "Check the indentation, and put texts that begin with '[', '{' or '?' in quotes.")
      }
      if scalar.string == "<<", scalar.style == .plain {
        merged += try mergedMembers(try convert(value, depth: depth))
      } else {
        members.append(YAMLNode.Member(key: scalar.string, place: place, value: try convert(value, depth: depth)))
      }
    }
    var seen = Set(members.map(\.key))
    members += merged.filter { seen.insert($0.key).inserted }
    return members
  }

  /// What a merge key brings: of a mapping its members, of a list of mappings theirs; the earlier ones win.
  private func mergedMembers(_ value: YAMLNode) throws(Failure) -> [YAMLNode.Member] {
    switch value.content {
    case .mapping(let members): return members
    case .sequence(let elements) where elements.allSatisfy({ $0.members != nil }):
      return elements.flatMap { $0.members ?? [] }
    default:
      throw Failure(
        code("syntax"), "The merge key '<<' needs a mapping or a list of mappings, not \(value.kind).",
        place: value.place)
    }
  }

  /// The name of the tag without YAML's own prefix; empty when there is none.
  private func standardTag(_ tag: Tag, at place: SourcePlace) throws(Failure) -> String {
    let name = tag.description
    let prefix = "tag:yaml.org,2002:"
    if name.hasPrefix(prefix) { return String(name.dropFirst(prefix.count)) }
    if name.isEmpty || name == "!" { return "" }
    throw Failure(
      code("syntax"), "The tag '\(name)' means nothing here.", place: place,
      hint: "Remove the tag and write the value itself.")
  }

  private func code(_ what: String) -> FailureCode { FailureCode(rawValue: "\(area).\(what)") }

  private func place(of node: Node) -> SourcePlace { SourcePlace(file: file, line: node.mark?.line ?? 1) }
}
