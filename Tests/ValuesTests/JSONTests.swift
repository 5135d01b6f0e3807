import TestSupport
import Testing
import Values

@Suite("JSON", .usualTimeLimit)
struct JSONTests {
  @Test("each kind is written and read again, in the order of the names")
  func roundTrip() throws {
    let value: Value = ["z": [1, 2.5, true, nil, "é\n\"/"], "a": ["inner": -9_223_372_036_854_775_808]]
    let text = try JSON.encode(value, secrets: .refused)
    #expect(text == #"{"a":{"inner":-9223372036854775808},"z":[1,2.5,true,null,"é\n\"/"]}"#)
    #expect(try JSON.decode(text) == value)
  }

  @Test("one and true are not the same, and what 64 bits can't hold is a number")
  func kinds() throws {
    #expect(try JSON.decode("[1,true,0,false]") == [1, true, 0, false])
    #expect(try JSON.decode("[9223372036854775807]") == [9_223_372_036_854_775_807])
    #expect(try JSON.decode("[9223372036854775808]") == [.number(9_223_372_036_854_775_808)])
    #expect(try JSON.decode("[0.5,1e300]") == [0.5, 1e300])
  }

  @Test("a secret is refused, hidden or revealed, as was asked for")
  func secrets() throws {
    let value: Value = ["token": .secret(Secret("abc")), "list": [.secret(Secret("abc"))]]
    #expect(throws: (any Error).self) { _ = try JSON.encode(value, secrets: .refused) }
    let hidden = try JSON.encode(value, secrets: .hidden)
    #expect(!hidden.contains("abc"))
    #expect(hidden.contains(Secret.placeholder))
    #expect(try JSON.encode(value, secrets: .revealed) == #"{"list":["abc"],"token":"abc"}"#)
  }

  @Test("the error about a refused secret does not show it")
  func refusedError() {
    do {
      _ = try JSON.encode(.secret(Secret("abc-xyz")), secrets: .refused)
      Issue.record("no error")
    } catch {
      #expect(!"\(error)\(String(reflecting: error))".contains("abc-xyz"))
    }
  }

  @Test(
    "bytes that are no text, and numbers that are not finite, are an error",
    arguments: [
      Value.bytes([0xFF]), .number(.infinity), .number(.nan), ["a": [.bytes([1])]],
    ])
  func refused(value: Value) {
    #expect(throws: (any Error).self) { _ = try JSON.encode(value, secrets: .revealed) }
  }

  @Test("what is not JSON is an error", arguments: ["", "{", "[1,]x", "{\"a\":}", "nul", "\"\\x\"", "\u{1}"])
  func malformed(text: String) {
    #expect(throws: (any Error).self) { _ = try JSON.decode(text) }
  }
}
