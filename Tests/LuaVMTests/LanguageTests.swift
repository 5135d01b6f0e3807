import LuaVM
import TestSupport
import Testing

@Suite("The language", .usualTimeLimit)
struct LanguageTests {
  @Test(
    "scripts are Lua 5.4",
    arguments: [
      "for i = 1, 3 do for j = 1, 3 do if j == 2 then goto next end if i == 3 then goto done end ::next:: end end ::done:: return true",
      "return 7 // 2 == 3 and -7 // 2 == -4 and 7 % -3 == -2 and 7.0 // 2 == 3.0 and 1 // 0.0 == math.huge",
      "return math.type(3) == 'integer' and math.type(3.0) == 'float' and 3 == 3.0 and 3 | 4 == 7 and 1 << 62 > 0",
      "return math.maxinteger + 1 == math.mininteger and '10' + 5 == 15 and 10 .. '' == '10' and 2^53 == 9007199254740992",
      "local function counter() local n = 0 return function() n = n + 1 return n end end "
        + "local a, b = counter(), counter() a() return a() == 2 and b() == 1",
      "local fs = {} for i = 1, 3 do fs[i] = function() return i end end return fs[1]() == 1 and fs[3]() == 3",
      "local y, m, d = ('2024-05-06'):match('^(%d+)-(%d+)-(%d+)$') return y == '2024' and m == '05' and d == '06'",
      "return ('hello world'):gsub('o', { o = '0' }) == 'hell0 w0rld' and ('x'):rep(3, ',') == 'x,x,x'",
      "return ('%5.2f|%-5s|%q'):format(3.14159, 'ab', 'a\\nb') == ' 3.14|ab   |\"a\\\\\\nb\"'",
      "local out = {} for w in ('one two'):gmatch('%a+') do out[#out + 1] = w end return #out == 2 and ('%b()'):len() == 4",
      "return select('#', nil, nil) == 2 and select(-1, 1, 2) == 2 and table.pack(1, nil).n == 2",
      "local ok, e = pcall(error, { 1 }) return not ok and e[1] == 1",
      "local ok, e = pcall(error) return not ok and e == nil",
      "local ok, a, b = pcall(function(...) return ... end, 1, 2) return ok and a == 1 and b == 2",
      "local ok, e = xpcall(function() error('x', 0) end, function(m) return m .. '!' end) return e == 'x!'",
      "local ok, e = xpcall(function() local x = nil; return x.y end, function(m) return m end) "
        + "return e:find(\"attempt to index a nil value %(local 'x'%)\") ~= nil",
      "local log = {} do local a <close> = setmetatable({}, { __close = function(_, e) log[#log + 1] = 'a' end }) "
        + "local b <close> = setmetatable({}, { __close = function() log[#log + 1] = 'b' end }) end "
        + "return log[1] == 'b' and log[2] == 'a'",
      "local seen local ok = pcall(function() local a <close> = setmetatable({}, "
        + "{ __close = function(_, e) seen = e end }) error('x', 0) end) return not ok and seen == 'x'",
      "local x <const> = 5 return x == 5 and not load('local y <const> = 1 y = 2')",
      "local t = setmetatable({}, { __index = function(_, k) return k * 2 end, __call = function(_, a) return a end, "
        + "__len = function() return 42 end, __unm = function() return 'neg' end }) "
        + "return t[21] == 42 and t(1) == 1 and #t == 42 and -t == 'neg'",
      "local t = { 5, 2, 8 } table.sort(t, function(a, b) return a > b end) return table.concat(t, ' ') == '8 5 2'",
      "local t = table.move({ 1, 2, 3 }, 1, 3, 2) return t[2] == 1 and t[4] == 3 and table.unpack(t, 4) == 3",
      "local f = coroutine.wrap(function(...) local n = select('#', ...) while true do n = n + coroutine.yield(n) end end) "
        + "return f(1, 1) == 2 and f(3) == 5",
      "local function gen(n) return coroutine.wrap(function() for i = 1, n do coroutine.yield(i, i * i) end end) end "
        + "local s = 0 for i, q in gen(4) do s = s + q end return s == 30",
      "return #'\\u{20AC}' == 3 and '\\x41\\z   B' == 'AB' and [[\nx]] == 'x' and 0x10p1 == 32.0",
    ])
  func conforms(_ source: String) async throws {
    let lua = try await makeLua()
    #expect(try await lua.run(source).first?.boolValue == true)
  }

  @Test("the cost of a host function is printed")
  func speed() async throws {
    let lua = try await makeLua()
    try await lua.setGlobal("nothing", .function(LuaHostFunction("nothing") { _ in .returns([]) }))
    let clock = ContinuousClock()
    let calls: Int64 = 200_000
    let waits: Int64 = 2_000
    let immediate = try await clock.measure { try await lua.run("for i = 1, ... do nothing(i) end", [.integer(calls)]) }
    let waiting = try await clock.measure { try await lua.run("for i = 1, ... do later() end", [.integer(waits)]) }
    print("host call: \(immediate / calls), waiting host call: \(waiting / waits)")
  }
}
