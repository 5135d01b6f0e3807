import TestSupport
import Testing
import Values

@Suite("Values", .usualTimeLimit)
struct ValueTests {
  @Test("each accessor gives its own kind only")
  func accessors() {
    let all: [Value] = [nil, true, 3, 2.5, "x", .bytes([0xFF]), [1], ["a": 1], .secret(Secret("s"))]
    #expect(all.map { $0.stringValue } == [nil, nil, nil, nil, "x", nil, nil, nil, nil])
    #expect(all.map { $0.integerValue } == [nil, nil, 3, nil, nil, nil, nil, nil, nil])
    #expect(all.map { $0.boolValue } == [nil, true, nil, nil, nil, nil, nil, nil, nil])
    #expect(all.compactMap(\.arrayValue) == [[1]])
    #expect(all.compactMap(\.objectValue) == [["a": 1]])
  }

  @Test("an empty array counts as an empty object, a full one does not")
  func emptyTables() {
    let empty: Value = []
    let full: Value = [1]
    #expect(empty.objectValue == [:])
    #expect(empty.arrayValue == [])
    #expect(full.objectValue == nil)
    #expect(Value.object([:]).arrayValue == nil)
  }

  @Test("members are found by name")
  func members() {
    let value: Value = ["a": ["b": 1], "n": nil]
    #expect(value["a"]?["b"] == 1)
    #expect(value["n"] == .null)
    #expect(value["x"] == nil)
    #expect(Value.string("a")["a"] == nil)
  }

  @Test("all but null and false is true, as in Lua")
  func truth() {
    #expect(([nil, false] as [Value]).allSatisfy { !$0.isTruthy })
    #expect(([true, 0, 0.0, "", [], .bytes([])] as [Value]).allSatisfy { $0.isTruthy })
  }

  @Test("integers and numbers stay apart, and of two equal keys the last holds")
  func literals() {
    #expect(Value.integer(1) != .number(1))
    #expect((["a": 1, "a": 2] as Value)["a"] == 2)
  }
}
