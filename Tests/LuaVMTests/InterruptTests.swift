import LuaVM
import TestSupport
import Testing
import Values

@Suite("Interrupting", .usualTimeLimit)
struct InterruptTests {
  @Test(
    "code without end stops at once, and nothing catches that", .timeLimit(.minutes(2)),
    arguments: [
      "begin() while true do end",
      "begin() ::again:: goto again",
      "begin() repeat until false",
      "begin() for i = 1, math.huge do end",
      "begin() local function f() return f() end f()",
      "begin() while true do pcall(function() while true do end end) end",
      "begin() while true do pcall(error) end",
      "begin() while true do pcall(pcall, pcall, error, 'x') end",
      "begin() xpcall(error, function() while true do end end)",
      "begin() while true do xpcall(function() while true do end end, function() while true do end end) end",
      "begin() local function f() pcall(f) pcall(f) end while true do f() end",
      "begin() coroutine.wrap(function() while true do end end)()",
      "begin() while true do coroutine.wrap(function() coroutine.yield() end)() end",
      "begin() local co = coroutine.wrap(function() while true do coroutine.yield() end end) while true do co() end",
      "begin() while true do coroutine.resume(coroutine.create(function() while true do end end)) end",
      "begin() local function f() pcall(coroutine.wrap(f)) while true do end end f()",
      "begin() local t = setmetatable({}, { __index = function() while true do end end }) return t.x",
      "begin() table.sort({ 3, 2, 1 }, function() while true do end end)",
      "begin() string.gsub('x', '.', function() while true do pcall(function() while true do end end) end end)",
      "begin() local x <close> = setmetatable({}, { __close = function() while true do end end }) error('x')",
      "begin() while true do local x <close> = setmetatable({}, { __close = function() while true do end end }) end",
      "begin() load(function() while true do end end)",
      "begin() while true do echo(1) end",
      "begin() while true do pcall(fail) end",
      "begin() while true do later(1) end",
      "begin() while true do pcall(fail_later) end",
      "begin() while true do coroutine.wrap(function() later(1) end)() end",
      "begin() while true do nest(function() pcall(later, 1) end) end",
      "begin() tostring(setmetatable({}, { __tostring = function() while true do end end }))",
      "begin() show(setmetatable({}, { __tostring = function() while true do end end }))",
      "begin() error(setmetatable({}, { __tostring = function() while true do end end }))",
      // Library functions, in which no hook is called.
      "begin() string.find(('a'):rep(60), ('a?'):rep(60) .. ('a'):rep(60))",
      "begin() string.match(('a'):rep(100000), '.-.-.-.-.-.-b')",
      "begin() for _ in string.gmatch(('a'):rep(100000), '.-.-.-.-.-.-b') do end",
      "begin() string.gsub(('a'):rep(100000), '.-.-.-.-.-.-b', '')",
      "begin() string.find(('('):rep(10000000), '%b()')",
      "begin() string.find(('ab'):rep(1000000), '(.*)c%1%1')",
      "begin() while true do pcall(string.find, ('a'):rep(60), ('a?'):rep(60) .. ('a'):rep(60)) end",
      "begin() coroutine.wrap(function() string.match(('a'):rep(100000), '.-.-.-.-.-.-b') end)()",
      "begin() table.move({}, 1, math.maxinteger - 1, 2)",
      "begin() table.insert(setmetatable({}, { __len = function() return math.maxinteger - 1 end }), 1, 'x')",
      "begin() table.remove(setmetatable({}, { __len = function() return math.maxinteger end }), 1)",
      "begin() table.concat(setmetatable({}, { __index = function() return '' end }), '', 1, math.maxinteger)",
      """
      local a, b, t = ('x'):rep(2000000) .. '1', ('x'):rep(2000000) .. '2', {}
      for i = 1, 200000 do t[i] = i % 2 == 0 and a or b end
      begin() table.sort(t)
      """,
      "begin() error(setmetatable({}, { __tostring = function() string.match(('a'):rep(1e5), '.-.-.-.-.-b') end }))",
      "begin() show(setmetatable({}, { __tostring = function() string.match(('a'):rep(1e5), '.-.-.-.-.-b') end }))",
    ])
  func stops(_ source: String) async throws {
    let lua = try await makeLua()
    let (began, continuation) = AsyncStream.makeStream(of: Void.self)
    try await lua.setGlobal(
      "begin",
      .function(
        LuaHostFunction("begin") { _ in
          continuation.yield()
          return .returns([])
        }))
    try await lua.setGlobal(
      "show", .function(LuaHostFunction("show") { call in .returns([.string(try call.text(call.arguments[0]))]) }))
    let task = Task { try await lua.run(source) }
    for await _ in began { break }
    lua.interrupt()
    let error = await #expect(throws: LuaError.self) { try await task.value }
    #expect(error?.kind == .interrupted)
    let later = await #expect(throws: LuaError.self) { try await lua.run("return 1") }
    #expect(later?.kind == .interrupted)
    await lua.close()
  }

  @Test("an error that is turned into text is seen to run, so that whoever looks for endless code finds it")
  func busyWithAnError() async throws {
    let lua = try await makeLua()
    let (began, continuation) = AsyncStream.makeStream(of: Void.self)
    try await lua.setGlobal(
      "begin",
      .function(
        LuaHostFunction("begin") { _ in
          continuation.yield()
          return .returns([])
        }))
    let task = Task {
      try await lua.run("error(setmetatable({}, { __tostring = function() begin() while true do end end }))")
    }
    for await _ in began { break }
    #expect(lua.isRunningLua)
    lua.interrupt()
    let error = await #expect(throws: LuaError.self) { try await task.value }
    #expect(error?.kind == .interrupted)
  }

  @Test("what runs can be seen from outside")
  func busy() async throws {
    let lua = try await makeLua()
    #expect(lua.busyTime() == nil)
    let (began, continuation) = AsyncStream.makeStream(of: Void.self)
    try await lua.setGlobal(
      "begin",
      .function(
        LuaHostFunction("begin") { _ in
          continuation.yield()
          return .returns([])
        }))
    let task = Task { try await lua.run("begin() while true do end") }
    for await _ in began { break }
    #expect(lua.isRunningLua)
    #expect(lua.busyTime() ?? .zero > .zero)
    lua.interrupt()
    _ = await task.result
    #expect(!lua.isRunningLua)
  }

  @Test("an interruption before the call, or while it waits, ends it")
  func whileWaiting() async throws {
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
            return []
          }
        }))
    let task = Task { try await lua.run("pcall(hold) return 1") }
    for await _ in waits { break }
    lua.interrupt()
    mayGo.yield()
    let error = await #expect(throws: LuaError.self) { try await task.value }
    #expect(error?.kind == .interrupted)
  }

  @Test("closing the state ends calls that wait")
  func closed() async throws {
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
            return []
          }
        }))
    let task = Task { try await lua.run("pcall(hold) return 1") }
    for await _ in waits { break }
    await lua.close()
    mayGo.yield()
    let error = await #expect(throws: LuaError.self) { try await task.value }
    #expect(error?.kind == .interrupted)
    #expect(await lua.memoryInUse == 0)
    await #expect(throws: LuaError.self) { try await lua.load("return 1", chunkName: "t.lua") }
    await lua.close()
  }
}
