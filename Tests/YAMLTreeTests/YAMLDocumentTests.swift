import Testing
import Values
import YAMLTree

@Suite("YAML with its lines")
struct YAMLDocumentTests {
  private func parse(_ text: String) throws(Failure) -> YAMLNode? {
    try YAMLDocument.parse(text: text, file: "f.yaml", area: "test")
  }

  @Test("each piece knows its line, and members keep their order")
  func lines() throws {
    let root = try #require(try parse("z: 1\n\na:\n  - x\n  - y\n"))
    #expect(root.members?.map(\.key) == ["z", "a"])
    #expect(root.members?.map(\.place.line) == [1, 3])
    #expect(root["a"]?.elements?.map(\.place.line) == [4, 5])
  }

  @Test("plain scalars may stand for truth values and numbers, quoted ones not")
  func scalars() throws {
    let root = try #require(try parse("a: yes\nb: 'yes'\nc: 12\nd: \"12\"\ne: ~\nf: ''\ng: yEs\n"))
    #expect(root["a"]?.flag == true)
    #expect(root["b"]?.flag == nil)
    #expect(root["b"]?.text == "yes")
    #expect(root["c"]?.integer == 12)
    #expect(root["c"]?.text == "12")
    #expect(root["d"]?.integer == nil)
    #expect(root["e"]?.isNull == true)
    #expect(root["e"]?.text == nil)
    #expect(root["f"]?.text == "")
    #expect(root["g"]?.flag == nil)
    #expect(["a", "b", "c", "e"].map { root[$0]?.kind } == ["a truth value", "text", "a number", "nothing"])
  }

  @Test("of a merged list of mappings the first wins, and the mapping's own keys over all")
  func merge() throws {
    let root = try #require(
      try parse("x: &x {a: 1, b: 1}\ny: &y {a: 2, c: 2}\nz: {<<: [*x, *y], b: 3}\n"))
    #expect(root["z"]?["a"]?.text == "1")
    #expect(root["z"]?["b"]?.text == "3")
    #expect(root["z"]?["c"]?.text == "2")
  }

  @Test("aliases of aliases can't make the document endless")
  func aliasBomb() throws {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      text += "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", "))]\n"
    }
    let failure = try #require(throws: Failure.self) { try parse(text) }
    #expect(failure.code == "test.too_large")
  }

  @Test("deep nesting is refused", arguments: [102, 999, 5_000, 200_000])
  func depth(levels: Int) throws {
    let text = String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
    let failure = try #require(throws: Failure.self) { try parse(text) }
    #expect(["test.too_large", "test.syntax"].contains(failure.code))
    #expect(failure.place != nil)
  }

  @Test(
    "what can't be read is a failure with a line",
    arguments: [
      "a: [", "a: *b", "a: b: c", "\tx: 1", "a: 1\n---\nb: 2\n", "\"\\q\"", "a: \u{1}", "{", "- a\nb: c",
    ])
  func syntax(text: String) throws {
    let failure = try #require(throws: Failure.self) { try parse(text) }
    #expect(failure.code == "test.syntax")
    #expect(failure.place?.file == "f.yaml")
    #expect(failure.hint != nil)
  }

  @Test("changed text gives a document or a failure, never a crash")
  func mutation() throws {
    let base = Array("a: &x {b: [1, 'two', \"three\"], c: ~}\nd:\n  - <<: *x\n  - |\n    text\n? k\n: v\n".utf8)
    let alphabet = Array("[]{}:,-?&*!|>'\"%@`#<~ \n\tab1\u{FE}é".utf8)
    var random = SeededRandom(seed: 20_240_601)
    for _ in 0..<2_000 {
      var bytes = base
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let index = bytes.indices.randomElement(using: &random) ?? 0
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[index] = alphabet.randomElement(using: &random) ?? 0
        case 1: bytes.remove(at: index)
        default: bytes.insert(alphabet.randomElement(using: &random) ?? 0, at: index)
        }
      }
      do {
        _ = try parse(String(decoding: bytes, as: UTF8.self))
      } catch {
        #expect(error.code.rawValue.hasPrefix("test."))
      }
    }
  }
}

/// Numbers that are the same in each run (SplitMix64).
struct SeededRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
