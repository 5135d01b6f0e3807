import LuaSyntax
import TestSupport
import Testing

@Suite("Lua is read", .usualTimeLimit)
struct ReadingTests {
  /// The message and place of the error in a text.
  private func error(_ text: String) -> String {
    let source = LuaSource(text)
    do throws(LuaSyntaxError) {
      _ = try Chunk(source)
      return ""
    } catch {
      return "\(source.line(of: error.range.start)):\(source.column(of: error.range.start)): \(error.message)"
    }
  }

  @Test("an error says what was wanted, what is there, and where")
  func errors() {
    #expect(
      error("local x = 1\nif x then\n  y()\n")
        == "4:1: expected 'end' to close 'if' of line 2, found the end of the file")
    #expect(error("x = (1 + 2") == "1:11: expected ')' to close '(', found the end of the file")
    #expect(error("local é = 1") == "1:7: expected a name, found 'é'")
    #expect(error("x = 'ä' .. 12ab") == "1:12: '12ab' is not a number")
    #expect(error("x = 'ab\nc'") == "1:5: this text has no end on its line")
    #expect(error("x = '\\q'") == "1:6: there is no escape sequence '\\q'")
    #expect(error("\n  step.name") == "2:3: expected '=' or a call after 'step.name', found the end of the file")
    #expect(error("local x <const> = 1\nx = 2") == "2:1: 'x' is constant and can't get another value")
    #expect(error("local x <old> = 1") == "1:10: there is no attribute 'old': it must be const or close")
    #expect(error("do goto away end") == "1:9: there is no label 'away' visible to this goto")
    #expect(error("goto l; local a; ::l:: f()") == "1:6: this goto 'l' jumps into the scope of the local variable 'a'")
    #expect(error("f() break") == "1:5: this break is not in a loop")
    #expect(error("x = [==[ ab ]=]").hasPrefix("1:5: this long text has no end: ']==]' is missing"))
  }

  @Test("names are local variables where one is in sight, else globals")
  func names() throws {
    let chunk = try Chunk(LuaSource("local a = a; function f(b) return a, b, c end; do local d end; return d"))
    #expect(chunk.variables.map(\.name) == ["a", "b", "d"])
    guard case .local(_, let values) = chunk.block.statements[0].kind,
      case .function(_, let body) = chunk.block.statements[1].kind,
      case .returns(let inner) = body.block.statements[0].kind,
      case .returns(let outer) = chunk.block.statements[3].kind
    else {
      Issue.record("the statements are others")
      return
    }
    func meant(_ expressions: [Expression]) -> [Int?] {
      expressions.map { if case .name(_, let variable) = $0.kind { variable } else { -1 } }
    }
    #expect(meant(values) == [nil])
    #expect(meant(inner) == [0, 1, nil])
    #expect(meant(outer) == [nil])
  }

  @Test("values are what Lua makes of them")
  func values() throws {
    let text = #"""
      return 0x7fffffffffffffff, 0xffffffffffffffff, 9223372036854775808, 0x.8p1, 3, "a\65\x42\u{20AC}\z   c\"", [[
      x]]
      """#
    let chunk = try Chunk(LuaSource(text))
    guard case .returns(let values) = chunk.block.statements.first?.kind else {
      Issue.record("no return")
      return
    }
    let shown = values.map { value in
      switch value.kind {
      case .integer(let number): "integer \(number)"
      case .number(let number): "number \(number)"
      case .string(let text): "text \(text)"
      default: "other"
      }
    }
    #expect(
      shown == [
        "integer 9223372036854775807", "integer -1", "number 9.223372036854776e+18", "number 1.0", "integer 3",
        "text aAB€c\"", "text x",
      ])
  }
}
