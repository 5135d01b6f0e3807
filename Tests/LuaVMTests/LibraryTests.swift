import LuaVM
import TestSupport
import Testing
import Values

@Suite("The library for scripts", .usualTimeLimit)
struct LibraryTests {
  @Test("what reads the machine, or differs from run to run, is absent")
  func absent() async throws {
    let lua = try LuaRuntime()
    for name in [
      "io", "os", "debug", "package", "require", "dofile", "loadfile", "print", "warn", "math.random",
      "math.randomseed", "string.dump",
    ] {
      #expect(try await lua.run("return \(name) == nil").first?.boolValue == true, "\(name)")
    }
  }

  @Test(
    "what is there behaves as it should",
    arguments: [
      "return type(collectgarbage('count')) == 'number'",
      "return not pcall(collectgarbage) and not pcall(collectgarbage, 'stop')",
      "local ok, e = pcall(setmetatable, {}, { __gc = echo }) return not ok and e:find('__gc') ~= nil",
      "return getmetatable(setmetatable({}, { __index = {} })).__index ~= nil",
      "return not pcall(setmetatable, setmetatable({}, { __metatable = 1 }), {})",
      "return not pcall(setmetatable, {}) and not pcall(setmetatable, 1, {})",
      "return load('return 1')() == 1 and load(function() return nil end) ~= nil",
      "local f, e = load('x x', '=name') return f == nil and e:find('name:1:') ~= nil",
      "return load('return x', 'n', 't', { x = 3 })() == 3 and load('return x', 'n', nil, { x = 4 })() == 4",
      "local f, e = load('\\27Lua', 'n', 'b') return f == nil and e:find('text') ~= nil",
      "local f, e = load('\\27Lua') return f == nil and e:find('binary') ~= nil",
      "local parts = { 'return ', '4', '2' } local i = 0 "
        + "return load(function() i = i + 1 return parts[i] end)() == 42",
      "x = 1 return _G.x == 1 and load('return x')() == 1 and _VERSION == 'Lua 5.4'",
      "return utf8.char(8364) == '€' and utf8.len('€uro') == 4",
    ])
  func behaves(_ source: String) async throws {
    let lua = try await makeLua()
    #expect(try await lua.run(source).first?.boolValue == true)
  }

  @Test("binary chunks are refused")
  func binary() async throws {
    let lua = try LuaRuntime()
    await #expect(throws: LuaError.self) { try await lua.load("\u{1b}Lua", chunkName: "x") }
  }

  @Test("pairs goes in a fixed order: numbers, text, the rest")
  func order() async throws {
    let lua = try await makeLua()
    let values = try await lua.run(
      """
      local t = { 'a', 'b', z = 1, a = 2, [10] = 3, [-1] = 4, [2.5] = 5, [true] = 6, [false] = 7, ['10'] = 8, [''] = 9 }
      local keys = {}
      for k, v in pairs(t) do keys[#keys + 1] = tostring(k) assert(t[k] == v) end
      return table.concat(keys, ' ')
      """)
    #expect(values[0].stringValue == "-1 1 2 2.5 10  10 a z false true")
    let many = try await lua.run(
      """
      local t, expected = {}, {}
      for i = 1, 2000 do t['k' .. (i * 7919 % 2003)] = i end
      for k in next, t do expected[#expected + 1] = k end
      table.sort(expected)
      local i = 0
      for k in pairs(t) do i = i + 1 if k ~= expected[i] then return false end end
      return i == #expected
      """)
    #expect(many[0].boolValue == true)
  }

  @Test(
    "pairs keeps what Lua promises",
    arguments: [
      // Deleting and changing while going through.
      "local t = { a = 1, b = 2, c = 3 } local n = 0 "
        + "for k in pairs(t) do n = n + 1 t.a, t.b, t.c = nil, nil, nil t[k] = nil end return n == 1",
      "local t = { a = 1, b = 2 } for k in pairs(t) do t[k] = 9 end return t.a == 9 and t.b == 9",
      "local t = { 1, 2, 3 } for k, v in pairs(t) do t[k] = nil end return next(t) == nil",
      // __pairs.
      "local t = setmetatable({}, { __pairs = function(t) return function(_, k) if not k then return 1, 2 end end, t end }) "
        + "for k, v in pairs(t) do return k == 1 and v == 2 end",
      "local f, t, c = pairs({ x = 1 }) local k, v = f(t, c) return k == 'x' and v == 1 and f(t, k) == nil",
      "local n = 0 for _ in pairs({}) do n = n + 1 end return n == 0",
      "local n = 0 local t = { 1, 2 } for _ in pairs(t) do for _ in pairs(t) do n = n + 1 end end return n == 4",
      "local ok, e = pcall(pairs, nil) return not ok and e:find('table expected') ~= nil",
      "local t = {} for k in pairs({ 1, 2, 3, nil, 5 }) do t[#t + 1] = k end return table.concat(t, ',') == '1,2,3,5'",
      // Deleting while going through with next.
      "local t = { a = 1, b = 2, c = 3 } for k in next, t do t[k] = nil end return next(t) == nil",
    ])
  func pairsPromises(_ source: String) async throws {
    let lua = try await makeLua()
    #expect(try await lua.run(source).first?.boolValue == true)
  }

  private func withModule() async throws -> LuaRuntime {
    let lua = try await makeLua()
    try await lua.setGlobal(
      "swarm",
      .table(
        [
          "join": .function(LuaHostFunction("swarm.join") { .returns($0.arguments) }), "version": .value("1"),
          "inner": .table(["x": .value(5)], name: "swarm.inner", missing: nil),
        ], name: "swarm",
        missing: { Failure("test.missing", "swarm has no \($0)", hint: Suggestion.hint(for: $0, among: ["join"])) }))
    return lua
  }

  @Test("a module's table is read-only and names what it does not have")
  func modules() async throws {
    let lua = try await withModule()
    let error = try await luaError(lua, "\nswarm.jion()")
    #expect((error.underlying as? Failure)?.message == "swarm has no jion")
    #expect(error.location?.line == 2)
    let assigned = try await luaError(lua, "swarm.join = 1")
    #expect(assigned.message.contains("swarm is read-only"))
    await #expect(throws: LuaError.self) { try await lua.run("rawset(swarm, 'join', 1)") }
    await #expect(throws: LuaError.self) { try await lua.run("setmetatable(swarm, nil)") }
    let values = try await lua.run(
      """
      local names = {}
      for k in pairs(swarm) do names[#names + 1] = k end
      return swarm.join(3), swarm.inner.x, swarm.inner.y, table.concat(names, ' '), rawget(swarm, 'nothing')
      """)
    #expect(values[0].integerValue == 3)
    #expect(values[1].integerValue == 5)
    #expect(values[2].isNil)
    #expect(values[3].stringValue == "inner join version")
    #expect(values[4].isNil)
  }

  @Test("globals can be set inside a library table and removed")
  func globals() async throws {
    let lua = try await makeLua()
    try await lua.setGlobal("math.random", .function(LuaHostFunction("math.random") { _ in .returns([.integer(4)]) }))
    #expect(try await lua.run("return math.random()").first?.integerValue == 4)
    await lua.removeGlobal("math.random")
    await lua.removeGlobal("echo")
    #expect(try await lua.run("return math.random == nil and echo == nil").first?.boolValue == true)
    await #expect(throws: LuaError.self) { try await lua.setGlobal("nowhere.x", .value(1)) }
  }

  @Test("text() gives what tostring gives, and its errors")
  func text() async throws {
    let lua = try await makeLua()
    try await lua.setGlobal(
      "show", .function(LuaHostFunction("show") { call in .returns([.string(try call.text(call.arguments[0]))]) }))
    let values = try await lua.run(
      "return show(1), show(1.0), show(nil), show(true), show(setmetatable({}, { __tostring = function() return 'mine' end }))"
    )
    #expect(values.map(\.stringValue) == ["1", "1.0", "nil", "true", "mine"])
    let error = try await luaError(lua, "show(setmetatable({}, { __tostring = function() error('boom') end }))")
    #expect(error.message == "boom")
    let host = try await luaError(lua, "show(setmetatable({}, { __tostring = fail }))")
    #expect((host.underlying as? Failure)?.code == "test.failed")
  }
}
