import LuaVM
import TestSupport
import Testing
import Values

@Suite("Coroutines of scripts", .usualTimeLimit)
struct CoroutineTests {
  @Test(
    "waiting inside a script's coroutine is invisible to it",
    arguments: [
      // A generator that waits between its values.
      """
      local got = {}
      for v in coroutine.wrap(function() for i = 1, 3 do coroutine.yield(later(i)) end end) do got[#got + 1] = v end
      return table.concat(got, ",") == "1,2,3"
      """,
      // Resume gives what was yielded, not the marker.
      """
      local co = coroutine.create(function(a) local b = coroutine.yield(later(a) + 1) return later(b) end)
      local ok1, v1 = coroutine.resume(co, 1)
      local ok2, v2 = coroutine.resume(co, "x")
      return ok1 and v1 == 2 and ok2 and v2 == "x" and coroutine.status(co) == "dead"
      """,
      // Two levels.
      """
      local outer = coroutine.wrap(function()
        local inner = coroutine.wrap(function() coroutine.yield(later(1)) coroutine.yield(later(2)) end)
        coroutine.yield(inner() + later(10))
        coroutine.yield(inner() + later(20))
      end)
      return outer() == 11 and outer() == 22
      """,
      // An error after waiting is caught by resume, and by a pcall around a wrap.
      """
      local co = coroutine.create(function() later() error("boom", 0) end)
      local ok, e = coroutine.resume(co)
      local ok2, e2 = pcall(coroutine.wrap(function() later() fail_later() end))
      return not ok and e == "boom" and not ok2 and e2.code == "test.failed" and coroutine.status(co) == "dead"
      """,
      """
      local co = coroutine.create(function() fail_later() end)
      local ok, e = coroutine.resume(co)
      local again = coroutine.create(function() return pcall(fail_later) end)
      local ok2, ok3, e3 = coroutine.resume(again)
      return not ok and e.code == "test.failed" and ok2 and not ok3 and e3.code == "test.failed"
      """,
      // Many results.
      """
      local f = coroutine.wrap(function() return later(table.unpack({}, 1, 200)) end)
      return select("#", f()) == 200
      """,
    ])
  func transparent(_ source: String) async throws {
    let lua = try await makeLua()
    #expect(try await lua.run(source).first?.boolValue == true)
  }

  @Test(
    "the library behaves as Lua 5.4's",
    arguments: [
      "return coroutine.isyieldable() == false and coroutine.wrap(function() return coroutine.isyieldable() end)()",
      "local co, main = coroutine.running() return type(co) == 'thread' and main == true",
      "return select(2, coroutine.wrap(coroutine.running)()) == false",
      "local ok, e = pcall(coroutine.yield) return not ok and e:find('outside a coroutine') ~= nil",
      """
      local co co = coroutine.create(function()
        local inner = coroutine.create(function() return coroutine.status(co), coroutine.resume(co) end)
        local _, s, ok, e = coroutine.resume(inner)
        return coroutine.status(co), s, ok, e
      end)
      local before = coroutine.status(co)
      local _, running, normal, ok, e = coroutine.resume(co)
      return before == "suspended" and running == "running" and normal == "normal" and ok == false
        and e:find("non%-suspended") ~= nil and coroutine.status(co) == "dead"
      """,
      "local co = coroutine.create(print or echo) coroutine.resume(co) local ok, e = coroutine.resume(co) "
        + "return ok == false and e == 'cannot resume dead coroutine'",
      """
      local log = {}
      local co = coroutine.create(function()
        local x <close> = setmetatable({}, { __close = function() log[1] = "closed" end })
        coroutine.yield()
      end)
      coroutine.resume(co)
      return coroutine.close(co) == true and log[1] == "closed" and coroutine.status(co) == "dead"
      """,
      """
      local co = coroutine.create(function() error({ 1 }) end)
      coroutine.resume(co)
      local ok, e = coroutine.close(co)
      return ok == false and type(e) == "table"
      """,
      """
      local co = coroutine.create(function()
        local x <close> = setmetatable({}, { __close = function() error("in close", 0) end })
        coroutine.yield()
      end)
      coroutine.resume(co)
      local ok, e = coroutine.close(co)
      return ok == false and e == "in close"
      """,
      "local ok, e = pcall(coroutine.close, (coroutine.running())) return not ok and e:find('running') ~= nil",
      "local ok, e = pcall(coroutine.resume, 1) return not ok and e:find('coroutine expected') ~= nil",
      "local ok, e = pcall(coroutine.wrap, 1) return not ok and e:find('function') ~= nil",
      // wrap puts the place before a text error, and passes other values unchanged.
      "local ok, e = pcall(coroutine.wrap(function() error('boom') end)) return e:find('test.lua:1: boom') ~= nil",
      "local t = {} local ok, e = pcall(coroutine.wrap(function() error(t) end)) return rawequal(e, t)",
      """
      local log = {}
      local f = coroutine.wrap(function()
        local x <close> = setmetatable({}, { __close = function(_, e) log[1] = e end })
        error("boom", 0)
      end)
      pcall(f)
      return log[1] == "boom"
      """,
      // Yield across pcall, metamethods, generic for.
      "local f = coroutine.wrap(function() return pcall(function() return coroutine.yield(1) end) end) "
        + "local a = f() local ok, v = f('in') return a == 1 and ok and v == 'in'",
      "local t = setmetatable({}, { __index = function(_, k) return coroutine.yield(k) end, __add = coroutine.yield }) "
        + "local f = coroutine.wrap(function() return t.x, t + 1 end) "
        + "local a = f() local b = f(7) local c, d = f(8) return a == 'x' and b == t and c == 7 and d == 8",
      """
      local co = coroutine.create(function() local f f = function() coroutine.wrap(f)() end f() end)
      local ok, e = coroutine.resume(co)
      return ok == false and tostring(e):find("overflow") ~= nil
      """,
    ])
  func library(_ source: String) async throws {
    let lua = try await makeLua()
    #expect(try await lua.run(source).first?.boolValue == true)
  }

  @Test("a coroutine that waits can't be resumed or closed by another branch")
  func shared() async throws {
    let lua = try await makeLua()
    let (waits, began) = AsyncStream.makeStream(of: Void.self)
    let (go, mayGo) = AsyncStream.makeStream(of: Void.self)
    try await lua.setGlobal(
      "hold",
      .function(
        LuaHostFunction("hold") { _ in
          .awaits {
            began.yield()
            for await _ in go { break }
            return [.string("held")]
          }
        }))
    let task = Task {
      try await lua.run(
        "co = coroutine.create(function() return hold() end) main = coroutine.running() return coroutine.resume(co)")
    }
    for await _ in waits { break }
    let values = try await lua.run(
      """
      local ok, e = coroutine.resume(co)
      local ok2, e2 = pcall(coroutine.close, co)
      local ok3, e3 = coroutine.resume(main)
      return coroutine.status(co), ok, e, ok2, e2, ok3, coroutine.status(main)
      """)
    #expect(values[0].stringValue == "normal")
    #expect(values[1].boolValue == false)
    #expect(values[2].stringValue == "cannot resume non-suspended coroutine")
    #expect(values[3].boolValue == false)
    #expect(values[4].stringValue?.contains("cannot close a normal coroutine") == true)
    #expect(values[5].boolValue == false)
    #expect(values[6].stringValue == "normal")
    mayGo.yield()
    #expect(try await task.value.last?.stringValue == "held")
    #expect(try await lua.run("return coroutine.status(co)").first?.stringValue == "dead")
  }

  @Test(
    "waiting works across what Lua allows",
    arguments: [
      "local ok, v = pcall(later, 1) return ok and v == 1",
      "local ok, v = xpcall(later, error, 1) return ok and v == 1",
      "local t = setmetatable({}, { __index = function(_, k) return later(k) end }) return t.x == 'x'",
      "local t = setmetatable({}, { __call = function(_, k) return later(k) end }) return t(3) == 3",
      "local t = setmetatable({}, { __add = function() return later(4) end }) return t + 1 == 4",
      "local t = setmetatable({}, { __eq = function() return later(true) end }) "
        + "return t == setmetatable({}, getmetatable(t))",
      "local t = setmetatable({}, { __pairs = function() return later(next, { a = 1 }) end }) "
        + "for k, v in pairs(t) do return later(k) == 'a' end",
      "for v in later, nil, nil do return false end return true",
      "local n = 0 do local x <close> = setmetatable({}, { __close = function() n = later(1) end }) end return n == 1",
      "return select('#', later(nil, nil, nil)) == 3",
    ])
  func yieldable(_ source: String) async throws {
    let lua = try await makeLua()
    #expect(try await lua.run(source).first?.boolValue == true)
  }

  @Test(
    "where waiting is impossible, the error says in what and what to do",
    arguments: [
      ("table.sort({3, 2, 1}, function(a, b) return later(a) < b end)", "table.sort", "then sort"),
      ("string.gsub('abc', '.', function(c) return later(c) end)", "string.gsub", "then replace"),
      ("tostring(setmetatable({}, { __tostring = function() return later('x') end }))", "__tostring", "before"),
      (
        "table.concat(setmetatable({}, { __index = later, __len = function() return 1 end }))", "table.concat", "before"
      ),
      (
        "table.sort({2, 1}, function(a, b) return coroutine.wrap(function() return later(a) < b end)() end)",
        "table.sort", "then sort"
      ),
      ("load(function() return later(nil) end)()", "load", ""),
    ])
  func impossible(_ source: String, _ inside: String, _ mend: String) async throws {
    let lua = try await makeLua()
    if inside == "load" {
      let values = try await lua.run("local f, e = load(function() return later(nil) end) return tostring(e)")
      #expect(values[0].stringValue?.contains("later waits for something outside") == true)
      return
    }
    let failure = try await luaError(lua, source).underlying as? Failure
    #expect(failure?.code == .luaCannotWait)
    #expect(failure?.message.contains(inside) == true)
    #expect(failure?.hint?.contains(mend) == true)
    #expect(try await lua.run("return later(1)").first?.integerValue == 1)
  }
}
