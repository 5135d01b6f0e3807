import LuaVM
import TestSupport
import Testing
import Values

@Suite("Errors", .usualTimeLimit)
struct ErrorTests {
  @Test("a syntax error names the file and line")
  func syntax() async throws {
    let lua = try await makeLua()
    do {
      _ = try await lua.load("local x =\n\nlocal", chunkName: "dir/a.lua")
      Issue.record("no error")
    } catch let error as LuaError {
      #expect(error.kind == .syntax)
      #expect(error.location == SourceLocation(file: "dir/a.lua", line: 3))
      #expect(!error.message.contains("a.lua"))
    }
  }

  @Test("a file name longer than Lua's messages hold is still named in full")
  func longName() async throws {
    let lua = try await makeLua()
    let name = String(repeating: "directory/", count: 12) + "a.lua"
    do {
      try await lua.run("\nerror('boom')", file: name)
      Issue.record("no error")
    } catch let error as LuaError {
      #expect(error.location == SourceLocation(file: name, line: 2))
      #expect(error.message == "boom")
    }
  }

  @Test("a script's error has its message, its place and a traceback")
  func runtime() async throws {
    let lua = try await makeLua()
    let error = try await luaError(lua, "local function inner()\n error('boom')\nend\ninner()")
    #expect(error.kind == .runtime)
    #expect(error.message == "boom")
    #expect(error.location == SourceLocation(file: "test.lua", line: 2))
    #expect(error.traceback.contains("test.lua:2: in function 'inner'"))
    #expect(error.traceback.contains("test.lua:4: in main chunk"))
    #expect(error.underlying == nil)
  }

  @Test("error levels name the caller or no place")
  func levels() async throws {
    let lua = try await makeLua()
    let caller = try await luaError(lua, "local function f()\n error('boom', 2)\nend\n\nf()")
    #expect(caller.location?.line == 5)
    let none = try await luaError(lua, "\nerror('boom', 0)")
    #expect(none.message == "boom")
    #expect(none.location?.line == 2)
  }

  @Test("a host function's error reaches the top as itself, with the script's line")
  func underlying() async throws {
    let lua = try await makeLua()
    for call in ["fail", "fail_later"] {
      let error = try await luaError(lua, "local function f()\n\(call)()\nend\nf()")
      #expect((error.underlying as? Failure)?.code == "test.failed")
      #expect((error.underlying as? Failure)?.host == "da1")
      #expect(error.location == SourceLocation(file: "test.lua", line: 2))
      #expect(error.traceback.contains("[host]: in function '\(call)'"))
      #expect(error.traceback.contains("test.lua:4: in main chunk"))
    }
  }

  @Test("scripts read the members of a host function's error")
  func members() async throws {
    let lua = try await makeLua()
    let values = try await lua.run(
      """
      local ok, e = pcall(fail)
      return ok, e.message, e.code, e.host, e.hint, e.cause, e.retryable, tostring(e), "failed: " .. e, e.nothing
      """)
    #expect(values[0].boolValue == false)
    #expect(values[1].stringValue == "it failed")
    #expect(values[2].stringValue == "test.failed")
    #expect(values[3].stringValue == "da1")
    #expect(values[4].stringValue == "try")
    #expect(values[5].stringValue == "remote words")
    #expect(values[6].boolValue == true)
    #expect(values[7].stringValue == "da1: it failed (remote words)")
    #expect(values[8].stringValue == "failed: da1: it failed (remote words)")
    #expect(values[9].isNil)
  }

  @Test("an error that is caught and raised again keeps its identity and first place")
  func rethrown() async throws {
    let lua = try await makeLua()
    let error = try await luaError(lua, "local ok, e = pcall(function()\nfail_later()\nend)\n\nerror(e)")
    #expect((error.underlying as? Failure)?.message == "it failed later")
    #expect(error.location?.line == 2)
    let handled = try await lua.run("return xpcall(fail, function(e) return e.code .. '!' end)")
    #expect(handled[1].stringValue == "test.failed!")
  }

  @Test("an error through nested calls keeps the innermost place and joins the tracebacks")
  func nested() async throws {
    let lua = try await makeLua()
    let error = try await luaError(
      lua, "nest(function()\n nest(function()\n  fail()\n end)\n end)")
    #expect((error.underlying as? Failure)?.code == "test.failed")
    #expect(error.location?.line == 3)
    let lines = error.traceback.split(separator: "\n")
    let inner = lines.firstIndex { $0.contains("test.lua:3:") }
    let middle = lines.firstIndex { $0.contains("test.lua:2:") }
    let outer = lines.firstIndex { $0.contains("test.lua:1:") }
    #expect(inner != nil && middle != nil && outer != nil)
    if let inner, let middle, let outer { #expect(inner < middle && middle < outer) }
  }

  @Test("a text error from a nested call has the message and place of its script line")
  func nestedText() async throws {
    let lua = try await makeLua()
    let error = try await luaError(lua, "nest(function()\nerror('boom') end)")
    #expect(error.message == "boom")
    #expect(error.location?.line == 2)
    #expect(error.underlying == nil)
    let caught = try await lua.run("local ok, e = pcall(nest, function() error('boom') end) return tostring(e)")
    #expect(caught[0].stringValue == "test.lua:1: boom")
  }

  @Test("an error value that is a table stays that table")
  func tables() async throws {
    let lua = try await makeLua()
    let error = try await luaError(lua, "error { code = 7, message = 'as said' }")
    #expect(error.message == "as said")
    guard case .table? = error.value, let value = error.value else { Issue.record("no table"); return }
    guard case .dictionary(let members) = try await lua.snapshot(value) else { Issue.record("no members"); return }
    #expect(members["code"]?.integerValue == 7)

    let same = try await lua.run(
      """
      local mine = setmetatable({}, { __tostring = function() return "mine" end })
      local ok, e = pcall(nest, function() error(mine) end)
      return rawequal(e, mine)
      """)
    #expect(same[0].boolValue == true)
    let text = try await luaError(
      lua, "nest(function()\n error(setmetatable({}, { __tostring = function() return 'shown' end })) end)")
    #expect(text.message == "shown")
    #expect(text.location?.line == 2)
  }

  @Test("an error in a wrapped coroutine keeps the traceback of its inside")
  func wrapped() async throws {
    let lua = try await makeLua()
    let error = try await luaError(lua, "local f = coroutine.wrap(function()\n local x = nil + 1\nend)\nf()")
    #expect(error.location?.line == 2)
    #expect(error.message == "attempt to perform arithmetic on a nil value")
    #expect(error.traceback.contains("test.lua:2:"))
    #expect(error.traceback.contains("test.lua:4:"))
    let host = try await luaError(lua, "local f = coroutine.wrap(function()\n fail_later()\nend)\nf()")
    #expect(host.location?.line == 2)
    #expect((host.underlying as? Failure)?.code == "test.failed")
  }

  @Test("a stack overflow is an error with a short traceback")
  func overflow() async throws {
    let lua = try await makeLua()
    let error = try await luaError(lua, "local function f() return 1 + f() end f()")
    #expect(error.kind == .runtime)
    #expect(error.message.contains("stack overflow"))
    #expect(error.traceback.split(separator: "\n").count < 40)
  }

  @Test("a host function can tell where it was called from, also through coroutines and host functions")
  func locations() async throws {
    let lua = try await makeLua()
    try await lua.setGlobal(
      "where",
      .function(
        LuaHostFunction("where") { call in
          let level = Int(call.arguments.first?.integerValue ?? 1)
          return .returns([.integer(Int64(call.location(level: level)?.line ?? 0)), .string(call.traceback())])
        }))
    let values = try await lua.run(
      """
      local function f() return (where(2)) end
      local line = where()
      local co = coroutine.wrap(where)
      local through = co()
      local up = f()
      local inside = coroutine.wrap(function() return (where(2)) end)()
      return line, through, up, inside, select(2, where())
      """)
    #expect(values[0...3].map(\.integerValue) == [2, 4, 5, 6])
    #expect(values[4].stringValue?.contains("test.lua:7: in main chunk") == true)
  }

  @Test("an uncatchable error passes pcall, where the script can yield and where it can't")
  func uncatchable() async throws {
    struct Stop: UncatchableError {}
    let lua = try await makeLua()
    try await lua.setGlobal("stop", .function(LuaHostFunction("stop") { _ in throw Stop() }))
    try await lua.setGlobal("stop_later", .function(LuaHostFunction("stop_later") { _ in .awaits { throw Stop() } }))
    for source in [
      "pcall(stop) return 1", "pcall(stop_later) return 1", "xpcall(stop, function() end) return 1",
      "pcall(table.sort, {3, 2, 1}, function(a, b) pcall(stop) return a < b end) return 1",
      "local co = coroutine.wrap(function() while true do pcall(stop) end end) pcall(co) pcall(co) return 1",
      "pcall(table.sort, {2, 1}, function() coroutine.wrap(function() while true do pcall(stop) end end)() end) return 1",
      "while true do pcall(nest, stop_later) end",
    ] {
      await #expect(throws: Stop.self) { try await lua.run(source) }
      #expect(try await lua.run("return later(1)").first?.integerValue == 1)
    }
  }
}
