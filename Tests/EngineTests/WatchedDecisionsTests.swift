import Foundation
import Fuzzing
import LuaVM
import Synchronization
import TestSupport
import Testing
import Values

@testable import Engine

/// A plan reads a file with a look around each decision. That must change nothing but what is told.
@Suite(.usualTimeLimit) struct WatchedDecisionsTests {
  private func with(_ body: (LuaRuntime, WatchedDecisions) async throws -> Void) async throws {
    let runtime = try LuaRuntime()
    let decisions = WatchedDecisions(tell: { _, _ in }, miss: { _ in })
    try await decisions.install(in: runtime)
    try await body(runtime, decisions)
    await runtime.close()
  }

  /// What a text returns, as texts.
  private func results(_ text: String, _ runtime: LuaRuntime) async throws -> [String] {
    try await runtime.call(runtime.load(text, chunkName: "it")).map { "\($0)" }
  }

  @Test("every shipped file can be read so, with its lines where they were")
  func shipped() async throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    try await with { runtime, decisions async throws in
      var count = 0
      for folder in ["runbooks", "stdlib"] {
        for name in try FileManager.default.subpathsOfDirectory(atPath: root.appending(path: folder).path)
        where name.hasSuffix(".lua") {
          let text = try String(contentsOf: root.appending(path: "\(folder)/\(name)"), encoding: .utf8)
          let watched = decisions.watched(text, file: name)
          _ = try await runtime.load(watched, chunkName: name)
          #expect(watched.count(where: \.isNewline) == text.count(where: \.isNewline))
          count += watched == text ? 0 : 1
        }
      }
      #expect(count > 25)
    }
  }

  @Test("statements do what they do otherwise")
  func statements() async throws {
    let text = """
      local out = {}
      local function say(...) for _, v in ipairs({ ... }) do out[#out + 1] = tostring(v) end end
      local function two() return false, "second" end
      if two() then say("wrong") elseif not two() then say "right" else say "wrong" end
      local i = 0 while i < 3 do i = i + 1 if(i==2)then goto skip end say(i) ::skip:: end
      repeat local last = i == 5; i = i + 1 until last or i > 10
      for k, v in pairs({ x = 1 }) do say(k, v) end
      for a, b, c in (function(s, n) n = n + 1 if n < 3 then return n, s, n == 1 end end), "state", 0 do say(a, b, c) end
      for word in ("a b"):gmatch("%a") do say(word) end
      say(type(two()), type(nil), #"abc" + #{ 1 }, rawequal(1, 1), next({}), tonumber("10", 2), tonumber("x"), (pcall(type)))
      say(type{}, type"x", next{ 1 }, select("#", ("a b"):gsub("%a", "c")), string.find("abc", "b"), ("ABC"):lower():sub(2))
      local function all(...) return string.match(...) end
      local function pair() return "abc", "c" end
      say(all("abc", "b"), string.find(pair()), math.max(1, 2, 3), utf8.len("ü"), ({ a = 1 })["a"], ({ [2] = 3 })[1 + 1])
      say(pcall(tonumber), tonumber("ff", 16), not not not nil, select(-1, 1, 2))
      for k = 1, #"ab" do say(k) end
      say(two(), select("#", two()), (two()), two() or "or", 1 < 2 == true, "a" .. 1 == "a1", -2 ^ 2 == -4.0)
      say((function(...) return select("#", ...) == 3 and ... end)(7, nil, nil), string.find("abc", "b", 1, true))
      local t = setmetatable({}, { __eq = function() return true end, __lt = function() return false end })
      say(t == setmetatable({}, getmetatable(t)), t < t, t ~= 1, ({ [1 == 1] = "key" })[true] == nil)
      return table.concat(out, " ")
      """
    try await with { runtime, decisions async throws in
      let plain = try await results(text, runtime), watched = decisions.watched(text, file: "watched")
      #expect(watched != text)
      #expect(try await results(watched, runtime) == plain)
      #expect(plain.count == 1)
    }
  }

  @Test("expressions of all operators give what they give otherwise")
  func expressions() async throws {
    let operators = [
      "and", "or", "==", "~=", "<", "<=", ">", ">=", "..", "+", "-", "*", "//", "%", "|", "&", "~", "<<", ">>", "^",
    ]
    try await with { runtime, decisions async throws in
      try await Fuzz("watched expressions", cases: 1_500).run { random in
        func expression(_ depth: Int) -> String {
          if depth == 0 || Int.random(in: 0..<4, using: &random) == 0 {
            return ["1", "2", "'3'", "nil", "true", "false", "x", "f()", "g(1, x)"].randomElement(using: &random) ?? "1"
          }
          let sign = ["", "", "not ", "- ", "#", "(", "("].randomElement(using: &random) ?? ""
          var text = expression(depth - 1)
          for _ in 0..<Int.random(in: 0...3, using: &random) {
            text += " \(operators.randomElement(using: &random) ?? "+") \(expression(depth - 1))"
          }
          return sign + text + (sign == "(" ? ")" : "")
        }
        let text = """
          local x, f, g = 2, function() return 1, 2 end, function(...) return ... end
          local isGood, value = pcall(function() return \(expression(3)) end)
          return isGood, isGood and tostring(value)
          """
        let plain = try await results(text, runtime)
        let watched = try await results(decisions.watched(text, file: "w"), runtime)
        try demand(plain == watched, "\(plain) and \(watched) of\n\(text)")
        return plain.first == "\(LuaValue.bool(true))"
      }
    }
  }

  @Test(
    "long chains and deep nesting can be read so",
    arguments: [
      "return " + (1...240).map { "x == \"node\($0)\"" }.joined(separator: " or "),
      "return " + (1...240).map { "x ~= \"node\($0)\"" }.joined(separator: " and "),
      "return " + (1...240).map { "x == \($0) and \($0)" }.joined(separator: " or "),
      "return " + String(repeating: "not ", count: 150) + "x", "return " + String(repeating: "a or ", count: 200) + "x",
      "return x" + String(repeating: ":sub(1):gsub('a', 'b')", count: 30),
      "return x" + String(repeating: "[x[1] or 1]", count: 100),
    ])
  func large(text: String) async throws {
    try await with { runtime, decisions async throws in
      let watched = decisions.watched(text, file: "f")
      #expect(watched != text)
      _ = try await runtime.load(text, chunkName: "plain")
      _ = try await runtime.load(watched, chunkName: "watched")
    }
  }
}
