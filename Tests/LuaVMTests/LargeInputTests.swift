import LuaVM
import TestSupport
import Testing
import Values

@Suite("Library functions with large input", .usualTimeLimit)
struct LargeInputTests {
  /// A large input for each function, which it must end with: with a result, or with an error. What takes for ever by its
  /// nature is among the tests of interruption.
  private static let calls: [String: String] = [
    "assert": "assert(big)", "collectgarbage": "collectgarbage('count')", "error": "pcall(error, big)",
    "getmetatable": "getmetatable(big)", "ipairs": "for _ in ipairs(list) do end", "load": "load('return ' .. digits)",
    "next": "next(list, #list)", "pairs": "for _ in pairs(list) do end", "pcall": "pcall(string.rep, 'x', 1 << 60)",
    "rawequal": "rawequal(big, big .. '')", "rawget": "rawget(list, math.maxinteger)", "rawlen": "rawlen(big)",
    "rawset": "rawset({}, math.maxinteger, big)", "select": "select(-1, table.unpack(list, 1, 100000))",
    "setmetatable": "setmetatable({}, { __name = big })", "tonumber": "tonumber(digits) tonumber(digits, 36)",
    "tostring": "tostring(setmetatable({}, { __name = big }))", "type": "type(big)",
    "xpcall": "xpcall(error, tostring, big)",
    "coroutine.close": "coroutine.close(coroutine.create(print or type))",
    "coroutine.create": "coroutine.create(type)", "coroutine.isyieldable": "coroutine.isyieldable()",
    "coroutine.resume": "coroutine.resume(coroutine.create(select), '#', table.unpack(list, 1, 100000))",
    "coroutine.running": "coroutine.running()", "coroutine.status": "coroutine.status(coroutine.create(type))",
    "coroutine.wrap": "coroutine.wrap(type)(big)", "coroutine.yield": "pcall(coroutine.yield, big)",
    "math.abs": "math.abs(math.mininteger)", "math.acos": "math.acos(1e300)", "math.asin": "math.asin(1e300)",
    "math.atan": "math.atan(1e300, 1e-300)", "math.ceil": "math.ceil(1e300)", "math.cos": "math.cos(1e300)",
    "math.deg": "math.deg(1e300)", "math.exp": "math.exp(1e300)", "math.floor": "math.floor(-1e300)",
    "math.fmod": "math.fmod(math.mininteger, -1)", "math.log": "math.log(1e300, 10)",
    "math.max": "math.max(table.unpack(list, 1, 100000))", "math.min": "math.min(table.unpack(list, 1, 100000))",
    "math.modf": "math.modf(1e300)", "math.rad": "math.rad(1e300)", "math.sin": "math.sin(1e300)",
    "math.sqrt": "math.sqrt(1e300)", "math.tan": "math.tan(1e300)", "math.tointeger": "math.tointeger(0x1p63)",
    "math.type": "math.type(1e300)", "math.ult": "math.ult(math.mininteger, -1)",
    "string.byte": "string.byte(big, 1, 100000)", "string.char": "string.char(string.byte(big, 1, 100000))",
    "string.find": "string.find(big, ('x'):rep(500000) .. 'y', 1, true)",
    "string.format": "string.format('%s %q %99.99f', big, big, 1e300)",
    "string.gmatch": "for _ in string.gmatch(big, '.') do end", "string.gsub": "string.gsub(big, '.', '%0%0')",
    "string.len": "string.len(big)", "string.lower": "string.lower(big)", "string.match": "string.match(big, '^(x*)$')",
    "string.pack": "string.pack('z c2000000', big, big)", "string.packsize": "string.packsize(('i8'):rep(100000))",
    "string.rep": "string.rep('', math.maxinteger) string.rep('', math.maxinteger, '') string.rep('x', 1 << 40)",
    "string.reverse": "string.reverse(big)", "string.sub": "string.sub(big, math.mininteger, math.maxinteger)",
    "string.unpack": "string.unpack(('b'):rep(100000), big)", "string.upper": "string.upper(big)",
    "table.concat": "table.concat(list, ', ')", "table.insert": "table.insert(list, 1, 'x')",
    "table.move": "table.move(list, 1, #list, 2)", "table.pack": "table.pack(table.unpack(list, 1, 100000))",
    "table.remove": "table.remove(list, 1)", "table.sort": "table.sort(list, function(a, b) return true end)",
    "table.unpack": "table.unpack({}, 1, math.maxinteger)", "utf8.char": "utf8.char(string.byte(big, 1, 100000))",
    "utf8.codepoint": "utf8.codepoint(big, 1, 100000)", "utf8.codes": "for _ in utf8.codes(big) do end",
    "utf8.len": "utf8.len(big)", "utf8.offset": "utf8.offset(big, #big)",
  ]

  @Test("each has an input here")
  func complete() async throws {
    let lua = try LuaRuntime()
    let names = try await lua.run(
      """
      local names = {}
      for library, members in pairs { [''] = _G, coroutine = coroutine, math = math, string = string, table = table, utf8 = utf8 } do
        for name, member in pairs(members) do
          if type(member) == 'function' then names[#names + 1] = (library == '' and '' or library .. '.') .. name end
        end
      end
      table.sort(names)
      return table.concat(names, ' ')
      """)
    // Some builds of Lua have more of `math`, for old scripts.
    let old = ["acosh", "atan2", "cosh", "frexp", "ldexp", "log10", "pow", "sinh", "tanh"].map { "math.\($0)" }
    let there = Set(try #require(names[0].stringValue).split(separator: " ").map(String.init)).subtracting(old)
    #expect(there == Set(Self.calls.keys))
  }

  @Test("each ends", .timeLimit(.minutes(5)), arguments: calls.keys.sorted())
  func ends(_ name: String) async throws {
    let lua = try LuaRuntime(limits: LuaLimits(memoryBytes: 64 << 20))
    let ending = try await lua.run(
      """
      local big, digits, list = ('x'):rep(1000000), ('1'):rep(100000), {}
      for i = 1, 100000 do list[i] = i end
      local done = pcall(function() \(Self.calls[name]!) end)
      return 'ended'
      """)
    #expect(ending.first?.stringValue == "ended")
    await lua.close()
  }

  @Test(
    "what Lua's own does, ours does",
    arguments: [
      "return table.concat({ 1, 2, 3 }, ', ', 2, 3) == '2, 3' and table.concat({}) == ''",
      "local t = { 1, 2 } table.insert(t, 1, 0) table.insert(t, 3) return table.concat(t, ',') == '0,1,2,3'",
      "local t = { 1, 2, 3 } return table.remove(t, 1) == 1 and table.remove(t) == 3 and #t == 1 and not table.remove({})",
      "return table.concat(table.move({ 1, 2, 3 }, 1, 3, 2), ',') == '1,1,2,3'",
      "local t = { 'b1', 'a1', 'b2', 'a2' } table.sort(t, function(x, y) return x:sub(1, 1) < y:sub(1, 1) end) "
        + "return table.concat(t, ' ') == 'a1 a2 b1 b2'",
      "local ok, e = pcall(table.sort, { 1, 'x' }) return not ok and e:find('attempt to compare') ~= nil",
      "local ok, e = pcall(string.find, 'x', '[a') return not ok and e:find('malformed pattern') ~= nil",
      "local ok, e = pcall(string.rep, 'x', 1 << 60) return not ok and e:find('too large') ~= nil",
      "local ok, e = pcall(function() string.rep() end) return not ok and e:find(\"bad argument #1 to 'rep'\") ~= nil",
      "local k, v = ('key = value'):match('^(%w+)%s*=%s*(%w+)$') return k == 'key' and v == 'value'",
      "return ('hello world'):gsub('o', { o = '0' }) == 'hell0 w0rld' and ('abc'):gsub('', '-') == '-a-b-c-'",
      "return ('THE (quick) fox'):find('%((%a+)%)') == 5 and ('f(a(b)c)d'):match('%b()') == '(a(b)c)'",
      "return ('THE fox'):gsub('%f[%a]%a+', string.lower) == 'the fox' and ('aa bb'):match('(%a)%1') == 'a'",
    ])
  func same(_ source: String) async throws {
    let lua = try LuaRuntime()
    #expect(try await lua.run(source).first?.boolValue == true)
  }

  @Test("a small table that stands for more than there is memory is no data")
  func sharedTables() async throws {
    let lua = try await makeLua()
    try await lua.setGlobal(
      "snap", .function(LuaHostFunction("snap") { call in .returns([try call.snapshot(call.arguments[0])]) }))
    for leaf in ["{}", "{ ('x'):rep(1000000) }"] {
      let error = try await luaError(lua, "local t = \(leaf) for _ = 1, 60 do t = { t, t } end snap(t)")
      #expect((error.underlying as? Failure)?.message.contains("1000000 values") == true, "\(error)")
    }
  }
}
