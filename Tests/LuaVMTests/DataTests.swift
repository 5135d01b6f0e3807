import LuaVM
import TestSupport
import Testing
import Values

@Suite("Tables as data", .usualTimeLimit)
struct DataTests {
  private func snapshot(_ source: String) async throws -> LuaValue {
    let lua = try await makeLua()
    return try await lua.snapshot(lua.run(source)[0])
  }

  @Test("lists and dictionaries are copied in depth")
  func copies() async throws {
    guard
      case .dictionary(let members) = try await snapshot(
        "return { name = 'x', list = { 1, { a = true } }, empty = {}, n = 1.5, f = echo }")
    else { Issue.record("no dictionary"); return }
    #expect(members["name"]?.stringValue == "x")
    #expect(members["n"]?.numberValue == 1.5)
    guard case .list(let list)? = members["list"], case .dictionary(let inner) = list[1] else {
      Issue.record("no list")
      return
    }
    #expect(list[0].integerValue == 1)
    #expect(inner["a"]?.boolValue == true)
    guard case .list(let empty)? = members["empty"] else { Issue.record("no empty list"); return }
    #expect(empty.isEmpty)
    guard case .function? = members["f"] else { Issue.record("no function"); return }
  }

  @Test(
    "what is no data is refused with its path",
    arguments: [
      ("local t = { a = {} } t.a.b = t return t", "a.b contains itself"),
      ("return { options = { retry = { 1, 2, { 1, x = 2 } } } }", "options.retry[3] mixes"),
      ("return { a = { [1.5] = 1 } }", "a has the key 1.5"),
      ("return { a = { 1, nil, 3 } }", "a has no element [2]"),
      ("return { a = { [0] = 1 } }", "a has the key 0"),
      ("return { a = { [true] = 1 } }", "a has a key that is a boolean"),
      ("return { ['a b'] = { [{}] = 1 } }", "[\"a b\"] has a key that is a table"),
      (#"return { ['caf\u{e9}'] = 1, ['cafe\u{301}'] = 2 }"#, "the table has two names that are the same text"),
      ("return { ['\\xff'] = 1 }", "the table has a name that is not valid UTF-8"),
      ("local t = {} for i = 1, 70 do t = { t } end return t", "nested more than 64 levels"),
    ])
  func refused(_ source: String, _ words: String) async throws {
    let failure = await #expect(throws: Failure.self) { try await snapshot(source) }
    #expect(failure?.code == .luaNotData)
    #expect(failure?.message.contains(words) == true, "\(failure?.message ?? "")")
  }

  @Test("one table in two places is no cycle")
  func shared() async throws {
    guard case .list(let list) = try await snapshot("local t = { 1 } return { t, t }") else {
      Issue.record("no list")
      return
    }
    #expect(list.count == 2)
  }

  @Test("host functions read one level of a table")
  func shallow() async throws {
    let lua = try await makeLua()
    try await lua.setGlobal(
      "count",
      .function(
        LuaHostFunction("count") { call in
          guard case .table(let table)? = call.arguments.first else { return .returns([]) }
          if call.arguments.count > 1 { return .returns([.integer(Int64(try call.fields(table).count))]) }
          return .returns([.integer(Int64(try call.elements(table).count))])
        }))
    let values = try await lua.run(
      "return count({ 1, {}, 3 }), count({ a = {}, b = 1 }, true), count({}), count({}, true)")
    #expect(values.map(\.integerValue) == [3, 2, 0, 0])
    await #expect(throws: LuaError.self) { try await lua.run("count({ a = 1 })") }
    await #expect(throws: LuaError.self) { try await lua.run("count({ 1 }, true)") }
  }

  @Test("the entries of a table come in a fixed order, whatever the keys are")
  func entries() async throws {
    let lua = try await makeLua()
    try await lua.setGlobal(
      "keys",
      .function(
        LuaHostFunction("keys") { call in
          guard case .table(let table)? = call.arguments.first else { return .returns([]) }
          var names: [LuaValue] = []
          for entry in try call.entries(table) { names.append(.string(try call.text(entry.key))) }
          return .returns(names)
        }))
    let values = try await lua.run("return keys({ b = 1, 'x', a = 2, [true] = 3, [7] = 4 })")
    #expect(values.map(\.stringValue) == ["1", "7", "a", "b", "true"])
  }

  @Test("lists and dictionaries become tables")
  func tables() async throws {
    let lua = try await makeLua()
    let function = try await lua.load(
      "local t = ... return #t.list, t.list[2].x, next(t.none) == nil", chunkName: "t.lua")
    let values = try await lua.call(
      function, [.dictionary(["list": .list([1, .dictionary(["x": "y"])]), "none": .list([])])])
    #expect(values[0].integerValue == 2)
    #expect(values[1].stringValue == "y")
    #expect(values[2].boolValue == true)
  }

  @Test("a value nested without end is refused, not crashed on")
  func deep() async throws {
    let lua = try await makeLua()
    var value = LuaValue.list([])
    for _ in 0..<300 { value = .list([value]) }
    let function = try await lua.load("return ...", chunkName: "t.lua")
    let nested = value
    await #expect(throws: Failure.self) { try await lua.call(function, [nested]) }
  }
}
