import TestSupport
import Testing
import Values
import YAMLTree

@Suite("YAML with its lines", .usualTimeLimit)
struct YAMLDocumentTests {
  private func parse(_ text: String) throws(Failure) -> YAMLNode? {
    try YAMLDocument.parse(text: text, file: "f.yaml", area: "test")
  }

  @Test("each piece knows its line, and members keep their order")
  func lines() throws {
    let root = try #require(try parse("z: 1\n\na:\n  - x\n  - y\n"))
    #expect(root.members?.map(\.key) == ["z", "a"])
    #expect(root.members?.map(\.location.line) == [1, 3])
    #expect(root["a"]?.elements?.map(\.location.line) == [4, 5])
  }

  @Test("plain scalars may be truth values and numbers, quoted ones not")
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

  @Test("where tags bind, they decide what a scalar is, also in quotes and after letters of several bytes")
  func bindingTags() throws {
    let text = "é: ü # ö\na: !!int \"3\"\nb: !!map 3\nc: ! 3\nd: &x ! 3\ne: ! &y 3\nf: &z 3\n"
    func isPlain(_ tags: YAMLRules.OwnTags) throws -> [Bool] {
      var rules = YAMLRules()
      rules.ownTags = tags
      let root = try #require(try YAMLDocument.parse(text: text, file: "f.yaml", area: "test", rules: rules))
      return ["a", "b", "c", "d", "e", "f"].map { root[$0]?.plain == .integer(3) }
    }
    #expect(try isPlain(.onlyText) == [false, true, true, true, true, true])
    #expect(try isPlain(.binding(bareIsText: false)) == [true, false, true, true, true, true])
    #expect(try isPlain(.binding(bareIsText: true)) == [true, false, false, false, false, true])
  }

  @Test("a newer version of YAML is refused where a rule says so")
  func versions() throws {
    var rules = YAMLRules()
    let text = "%YAML 1.2\n---\na: 1\n"
    #expect(try YAMLDocument.parse(text: text, file: "f.yaml", area: "test", rules: rules) != nil)
    rules.refusesNewerVersions = true
    let failure = #expect(throws: Failure.self) {
      try YAMLDocument.parse(text: text, file: "f.yaml", area: "test", rules: rules)
    }
    #expect(failure?.code == "test.syntax" && failure?.location?.line == 1)
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

  @Test("aliases of a long text are bounded as if it were written out")
  func aliasedText() throws {
    let long = "a: &a \"\(String(repeating: "b", count: 1 << 20))\"\n"
    let text = long + (0..<17).map { "c\($0): *a\n" }.joined()
    let failure = try #require(throws: Failure.self) { try parse(text) }
    #expect(failure.code == "test.too_large" && failure.message.contains("16 MiB of text"))
    #expect(failure.location?.line == 18)
    let inside = long.replacing("a: &a", with: "- &a") + String(repeating: "- { b: [*a] }\n", count: 16)
    #expect(try parse(inside)?.elements?.count == 17)
  }

  @Test("an anchor or alias with a name without end is an error, and its name is not in it", arguments: ["&", "*"])
  func longAnchor(mark: String) throws {
    let name = String(repeating: "a", count: 1 << 20)
    let failure = try #require(throws: Failure.self) { try parse("x: 1\ny: \(mark)\(name) 1\n") }
    #expect(failure.code == "test.syntax" && failure.location?.line == 2)
    #expect(failure.cause?.contains("longer than 1000 letters") == true && (failure.cause ?? "").utf8.count < 1_000)
  }

  @Test("a large file without aliases is read, and one that is larger is refused without a word of aliases")
  func large() throws {
    #expect(try parse(String(repeating: "- [a, b]\n", count: 100_000))?.elements?.count == 100_000)
    let failure = try #require(throws: Failure.self) { try parse(String(repeating: "- [a, b]\n", count: 350_000)) }
    #expect(failure.code == "test.too_large" && !failure.message.contains("alias"))
  }

  @Test("deep nesting is refused", arguments: [102, 999, 5_000, 200_000])
  func depth(levels: Int) throws {
    let text = String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
    let failure = try #require(throws: Failure.self) { try parse(text) }
    #expect(["test.too_large", "test.syntax"].contains(failure.code))
    #expect(failure.location != nil)
  }

  @Test(
    "what can't be read is a failure with a line",
    arguments: [
      "a: [", "a: *b", "a: b: c", "\tx: 1", "a: 1\n---\nb: 2\n", "\"\\q\"", "a: \u{1}", "{", "- a\nb: c",
    ])
  func syntax(text: String) throws {
    let failure = try #require(throws: Failure.self) { try parse(text) }
    #expect(failure.code == "test.syntax")
    #expect(failure.location?.file == "f.yaml")
    #expect(failure.hint != nil)
  }

  @Test("lists inside of lists by aliases are bounded as if they were written out")
  func aliasDepth() throws {
    var text = "a0: &a0 [x]\n"
    for level in 1...150 { text += "a\(level): &a\(level) [*a\(level - 1)]\n" }
    let failure = try #require(throws: Failure.self) { try parse(text) }
    #expect(failure.code == "test.too_large" && (98...103).contains(failure.location?.line ?? 0))
  }

  @Test(
    "a key is text; one that an alias makes a list or mapping is refused",
    arguments: ["? *a\n: 1\n", "*a : 1\n", "? [x]\n: 1\n"])
  func keys(text: String) throws {
    let failure = try #require(throws: Failure.self) { try parse("x: &a [y]\n" + text) }
    #expect(failure.code == "test.syntax" && failure.location?.line == 2)
    #expect(try parse("x: &a y\n*a : 1\n")?["y"]?.text == "1")
  }

  @Test("an alias inside of what it names is not defined")
  func circle() throws {
    let failure = try #require(throws: Failure.self) { try parse("a: &a\n  - *a\n") }
    #expect(failure.code == "test.syntax" && failure.location?.line == 2)
  }

  @Test("directives without number are refused before they are read")
  func directives() throws {
    let text = (0...200).map { "%TAG !t\($0)! x\n" }.joined() + "--- a\n"
    #expect(try #require(throws: Failure.self) { try parse(text) }.location?.line == 101)
  }

  @Test("what a merge brings counts as if it were written out")
  func mergeBomb() throws {
    var text = "a0: &a0 {k0: x}\n"
    for level in 1...90 {
      text += "a\(level): &a\(level) {<<: [\(Array(repeating: "*a\(level - 1)", count: 50).joined(separator: ", "))]}\n"
    }
    #expect(try #require(throws: Failure.self) { try parse(text) }.code == "test.too_large")
  }

  @Test("a reader may take the last of repeated keys, foreign tags and the first of several documents")
  func rules() throws {
    var rules = YAMLRules()
    rules.repeatedKeys = .lastWins
    rules.foreignTags = .kept
    rules.takesFirstDocument = true
    let text = "x: &x {a: 1}\ny: &y {b: 2}\nm: {<<: *x, <<: *y}\nk: 1\nk: !odd 2\n---\nk: 3\n"
    let root = try #require(try YAMLDocument.parse(text: text, file: "f.yaml", area: "test", rules: rules))
    #expect(root["k"]?.text == "2" && root["k"]?.tag == "!odd" && root["k"]?.integer == nil)
    #expect(root["m"]?.members?.map(\.key) == ["a", "b"])
    for strict in ["k: 1\nk: 2\n", "k: !odd 1\n", "k: 1\n---\nk: 2\n", "m: {<<: {a: 1}, <<: {b: 1}}\n"] {
      #expect(throws: Failure.self) { try parse(strict) }
    }
  }

  @Test("lines are counted alike whatever ends them", arguments: ["\n", "\r\n", "\r"])
  func lineEnds(end: String) throws {
    let failure = try #require(throws: Failure.self) { try parse(["a: 1", "b: c: d", ""].joined(separator: end)) }
    #expect(failure.location?.line == 2 && failure.cause?.contains("the line is: b: c: d") == true)
  }

  @Test(
    "plain scalars mean what YAML 1.1 says",
    arguments: [
      ("0x2", .integer(2)), ("010", .integer(8)), ("+3", .integer(3)), ("1_0", .integer(10)), ("-0b11", .integer(-3)),
      ("08", .text), ("0o7", .text), ("yes", .flag(true)), ("Off", .flag(false)), ("y", .text), ("~", .null),
      ("1.5", .other),
      ("1:30", .other), ("2024-01-02", .other), ("10.0.0.1", .text), ("1e3", .text), (".inf", .other), ("-", .text),
      ("99999999999999999999", .other), ("0x", .text), ("_1", .text), ("a:1", .text), ("22:2222", .text),
    ] as [(String, PlainScalar)])
  func plainScalars(text: String, meaning: PlainScalar) { #expect(PlainScalar(text) == meaning) }
}
