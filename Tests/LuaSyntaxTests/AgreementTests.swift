import Foundation
import Fuzzing
import LuaSyntax
import LuaVM
import TestSupport
import Testing

/// Whether a text is Lua is asked of Lua itself, too: both must say the same.
@Suite("The reader of Lua agrees with Lua itself", .usualTimeLimit)
struct AgreementTests {
  private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// All Lua files that are shipped.
  private static func shipped() throws -> [URL] {
    try ["runbooks", "stdlib"].flatMap { folder in
      let root = repository.appending(path: folder)
      return try FileManager.default.subpathsOfDirectory(atPath: root.path).sorted()
        .filter { $0.hasSuffix(".lua") }.map { root.appending(path: $0) }
    }
  }

  /// What Lua says against a text; `nil` where it takes it.
  private static func verdict(_ text: String, of lua: LuaRuntime) async throws -> String? {
    do {
      _ = try await lua.load(text, chunkName: "it")
      return nil
    } catch let error as LuaError where error.kind == .syntax { return error.message }
  }

  /// Asks both, and gives whether they take it.
  private static func agree(_ text: String, _ lua: LuaRuntime) async throws -> Bool {
    let real = try await verdict(text, of: lua)
    var ours: LuaSyntaxError?
    do throws(LuaSyntaxError) { _ = try Chunk(LuaSource(text)) } catch { ours = error }
    try demand(
      (real == nil) == (ours == nil),
      "Lua: \(real ?? "yes"); we: \(ours?.message ?? "yes") of\n\(text.debugDescription)")
    return real == nil
  }

  @Test("every shipped file is read")
  func shippedFiles() async throws {
    let lua = try LuaRuntime()
    let files = try Self.shipped()
    #expect(files.count > 30)
    for file in files { #expect(try await Self.agree(String(contentsOf: file, encoding: .utf8), lua), "\(file.path)") }
    await lua.close()
  }

  @Test("shipped files with a few bytes changed")
  func changedBytes() async throws {
    let lua = try LuaRuntime()
    let texts = try Self.shipped().map { [UInt8](try Data(contentsOf: $0)) }.filter { $0.count < 4_000 }
    let alphabet = Array("abcxyz_0189.,;:=~<>()[]{}\"'\\-+*/%^#&|\n\r\t \u{0}éE".utf8)
    try await Fuzz("Lua with bytes changed", cases: 3_000).run { random in
      let text = texts.randomElement(using: &random) ?? []
      return try await Self.agree(String(decoding: random.mutate(text, alphabet: alphabet), as: UTF8.self), lua)
    }
    await lua.close()
  }

  @Test("shipped files with words changed, doubled, taken away and exchanged")
  func changedWords() async throws {
    let lua = try LuaRuntime()
    let texts = try Self.shipped().map { Self.words(try String(contentsOf: $0, encoding: .utf8)) }
      .filter { $0.count < 1_500 }
    try await Fuzz("Lua with words changed", cases: 4_000).run { random in
      var words = texts.randomElement(using: &random) ?? []
      for _ in 0..<Int.random(in: 1...2, using: &random) {
        guard let location = words.indices.randomElement(using: &random) else { break }
        switch Int.random(in: 0..<4, using: &random) {
        case 0: words[location] = " " + (Self.vocabulary.randomElement(using: &random) ?? "") + " "
        case 1: words.remove(at: location)
        case 2: words.insert(" " + (Self.vocabulary.randomElement(using: &random) ?? "") + " ", at: location)
        default: words.swapAt(location, words.indices.randomElement(using: &random) ?? location)
        }
      }
      return try await Self.agree(words.joined(), lua)
    }
    await lua.close()
  }

  @Test("words in a row by chance")
  func words() async throws {
    let lua = try LuaRuntime()
    try await Fuzz("Lua words by chance", cases: 40_000).run { random in
      let count = Int.random(in: 1...9, using: &random)
      let text = (0..<count).map { _ in Self.vocabulary.randomElement(using: &random) ?? "" }.joined(separator: " ")
      return try await Self.agree(text, lua)
    }
    await lua.close()
  }

  @Test("statements, blocks, jumps and constants put together by chance")
  func statements() async throws {
    let lua = try LuaRuntime()
    try await Fuzz("Lua statements by chance", cases: 30_000).run { random in
      try await Self.agree(Self.block(&random, depth: 0), lua)
    }
    await lua.close()
  }

  @Test("numbers and texts by chance")
  func literals() async throws {
    let lua = try LuaRuntime()
    let digits = ["0", "1", "9", "a", "f", "e", "E", "p", "P", "x", "X", ".", "..", "+", "-", "0x", "_", "g", " "]
    let parts = [
      "a", "\\", "\\n", "\\x4", "\\x41", "\\u{", "}", "\\u{41}", "\\u{7FFFFFFF}", "\\u{80000000}", "\\z", "\n", "\\\n",
      "\\255", "\\256", "\\9", "'", "\"", "\\'", "]]", "é", "\u{0}", "\\q", "\r\n",
    ]
    try await Fuzz("Lua literals by chance", cases: 30_000).run { random in
      let isNumber = Bool.random(using: &random)
      let count = Int.random(in: 1...6, using: &random)
      let body = (0..<count).map { _ in (isNumber ? digits : parts).randomElement(using: &random) ?? "" }.joined()
      let quotes = [("'", "'"), ("\"", "\""), ("[[", "]]"), ("[=[", "]=]"), ("[=", "]")].randomElement(using: &random)!
      return try await Self.agree("x = " + (isNumber ? body : quotes.0 + body + quotes.1), lua)
    }
    await lua.close()
  }

  @Test("limits are Lua's: local variables, and how deep brackets, blocks and functions are nested")
  func limits() async throws {
    let lua = try LuaRuntime()
    for count in [199, 200, 201] {
      let names = (0..<count).map { "a\($0)" }.joined(separator: ", ")
      #expect(try await Self.agree("local \(names)", lua) == (count <= 200))
      #expect(try await Self.agree("local a; for \(names) in a do end", lua) == false)
    }
    for count in [10, 100, 150, 400, 100_000] {
      func repeated(_ text: String) -> String { String(repeating: text, count: count) }
      for text in [
        "x = \(repeated("("))1\(repeated(")"))", "x = \(repeated("{"))\(repeated("}"))", "x = \(repeated("-"))1",
        "x = \(repeated("not "))1", "x = \(repeated("a .. "))1", "x = \(repeated("2 ^ "))1",
        "\(repeated("do "))\(repeated("end "))", repeated("::a:: "), "\(repeated("a, "))a = 1",
        "x = \(repeated("1 + "))1", "x = a\(repeated(".b"))", "x = a\(repeated("()"))", repeated("; "),
        repeated("f(); "),
      ] { _ = try await Self.agree(text, lua) }
    }
    await lua.close()
  }

  private static let vocabulary = [
    "and", "break", "do", "else", "elseif", "end", "false", "for", "function", "goto", "if", "in", "local", "nil",
    "not", "or", "repeat", "return", "then", "true", "until", "while", "a", "b", "f", "1", "2.5", "'t'", "[[t]]", "=",
    "==", "~=", "<", "<=", ">", ">=", "<<", ">>", "//", "::", "..", "...", "+", "-", "*", "/", "%", "^", "#", "&", "|",
    "~", "(", ")", "[", "]", "{", "}", ",", ";", ":", ".", "<const>", "<close>", "f()", "a.b", "local a = 1",
    "function f() end", "if a then end", "::l::", "goto l", "--[[c]]", "--c\n", "!",
  ]

  /// Words with the blanks behind them.
  private static func words(_ text: String) -> [String] {
    var words: [String] = [], wasWord = false
    for character in text {
      let isWord = character.isLetter || character.isNumber || character == "_"
      if isWord, wasWord { words[words.count - 1].append(character) } else { words.append(String(character)) }
      wasWord = isWord
    }
    return words
  }

  private static func block(_ random: inout SeededRandom, depth: Int) -> String {
    (0..<Int.random(in: 0...4, using: &random)).map { _ in statement(&random, depth: depth) }.joined(separator: " ")
  }

  private static func statement(_ random: inout SeededRandom, depth: Int) -> String {
    func word(_ words: String...) -> String { words.randomElement(using: &random) ?? "" }
    func inner() -> String { depth < 4 ? block(&random, depth: depth + 1) : "" }
    switch Int.random(in: 0..<16, using: &random) {
    case 0:
      return "local \(word("a", "b")) \(word("", "<const>", "<close>", "<old>")) = \(word("1", "f()", "a", "nil"))"
    case 1: return "\(word("a", "b", "a.b", "f()", "(a)", "f().x", "a:m()")) = \(word("1", "...", "b"))"
    case 2: return "goto \(word("l", "m", "continue"))"
    case 3: return "::\(word("l", "m", "continue"))::"
    case 4: return "do \(inner()) end"
    case 5: return "while \(word("a", "true")) do \(inner()) end"
    case 6: return "repeat \(inner()) until \(word("a", "b == 1"))"
    case 7: return "if a then \(inner()) \(word("", "else", "elseif b then")) \(inner()) end"
    case 8: return "for a = 1, 2 do \(inner()) end"
    case 9: return "for a, b in f() do \(inner()) end"
    case 10:
      return
        "\(word("function f", "local function a", "function a.b", "function a:b", "f = function"))(\(word("", "a", "...", "a, ..."))) \(inner()) end"
    case 11: return word("break", ";", "return", "return 1", "return f()", "return ...;")
    case 12:
      return word("f()", "a:b()", "f 'x'", "f {}", "(f)()", "(f())", "a.b", "a, b = 1, 2", "local a <close>, b <close>")
    case 13: return "local x = function(\(word("", "..."))) return \(word("...", "a")) end"
    case 14: return "local y = { \(word("a", "a = 1", "[a] = 1", "a; b", "...", "a = ", "1, ,")) }"
    default: return "x = a \(word("and", "..", "+", "<", "~", "not")) b"
    }
  }
}
