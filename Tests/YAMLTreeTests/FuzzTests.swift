import Fuzzing
import TestSupport
import Testing
import Values
import YAMLTree

@Suite("No text brings the YAML reader down", .usualTimeLimit)
struct FuzzTests {
  /// How many pieces a document has, and how deep it is nested.
  private func measure(_ node: YAMLNode) -> (pieces: Int, depth: Int) {
    let inner = node.elements?.map(measure) ?? node.members?.map { measure($0.value) } ?? []
    return (inner.reduce(1) { $0 + $1.pieces }, (inner.map(\.depth).max() ?? -1) + 1)
  }

  private func read(_ text: String, _ rules: YAMLRules) throws -> Bool {
    do {
      guard let root = try YAMLDocument.parse(text: text, file: "f.yaml", area: "test", rules: rules) else {
        return true
      }
      let (pieces, depth) = measure(root)
      try demand(pieces <= YAMLDocument.nodeLimit, "\(pieces) pieces")
      try demand(depth <= YAMLDocument.depthLimit, "\(depth) levels")
      return true
    } catch let failure as Failure {
      try demand(failure.code.rawValue.hasPrefix("test."), "\(failure)")
      try demand((failure.location?.line ?? 0) >= 1, "no line: \(failure)")
      return false
    }
  }

  private var anyRules: [YAMLRules] {
    var loose = YAMLRules()
    loose.repeatedKeys = .lastWins
    loose.foreignTags = .kept
    loose.takesFirstDocument = true
    return [YAMLRules(), loose]
  }

  @Test("documents of anchors, aliases, merges and brackets at random")
  func generated() throws {
    try Fuzz("YAML documents", cases: 600).run { random in
      var writer = YAMLWriter(random: random)
      let text = writer.document()
      let rules = anyRules.randomElement(using: &random) ?? YAMLRules()
      return try read(text, rules)
    }
  }

  @Test("documents with a few bytes changed")
  func changed() throws {
    let base = Array(
      "%YAML 1.1\n---\na: &x {b: [1, 'two', \"three\"], c: ~}\nd:\n  - <<: *x\n  - |\n    text\n? k\n: !t v\n...\n".utf8
    )
    let alphabet = Array("[]{}:,-?&*!|>'\"%@`#<~ \n\r\tab1\u{FE}\u{85}\u{2028}é".utf8)
    try Fuzz("changed YAML", cases: 4_000).run { random in
      let bytes = random.mutate(base, alphabet: alphabet)
      let rules = anyRules.randomElement(using: &random) ?? YAMLRules()
      return try read(String(decoding: bytes, as: UTF8.self), rules)
    }
  }
}

/// Writes documents that lean on what is dear to read: anchors, aliases of aliases, merges, deep brackets.
private struct YAMLWriter {
  var random: SeededRandom
  private var anchors: [String] = []
  /// How many values are written yet: the reader is to be busy, not the writer.
  private var left = 3_000

  init(random: SeededRandom) { self.random = random }

  mutating func document() -> String {
    var lines: [String] = []
    for index in 0..<Int.random(in: 1...20, using: &random) { lines.append("k\(index): \(value(depth: 0))") }
    return lines.joined(separator: "\n") + "\n"
  }

  private mutating func value(depth: Int) -> String {
    left -= 1
    let isDeep = left < 0 || depth > Int.random(in: 2...6, using: &random)
    switch Int.random(in: 0..<10, using: &random) {
    case 0, 1, 2: return anchors.randomElement(using: &random).map { "*\($0)" } ?? "x"
    case 3...5 where !isDeep:
      let count = Int.random(in: 0...12, using: &random)
      return anchored("[\((0..<count).map { _ in value(depth: depth + 1) }.joined(separator: ", "))]")
    case 6...7 where !isDeep:
      let count = Int.random(in: 0...4, using: &random)
      return anchored("{\((0..<count).map { "\(key($0)) : \(value(depth: depth + 1))" }.joined(separator: ", "))}")
    default:
      return ["x", "'y'", "\"z\"", "~", "1", "!t v", "!!str 5", "", "yes", "&n n"].randomElement(using: &random) ?? ""
    }
  }

  private mutating func key(_ index: Int) -> String {
    switch Int.random(in: 0..<8, using: &random) {
    case 0: "<<"
    case 1: "same"
    default: "k\(index)"
    }
  }

  private mutating func anchored(_ text: String) -> String {
    guard Bool.random(using: &random) else { return text }
    let name = "a\(anchors.count)"
    anchors.append(name)
    return "&\(name) \(text)"
  }
}
