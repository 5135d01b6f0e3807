import CLua
import LuaVM
import TestSupport
import Testing
import Values

/// Our own pattern matching must answer, and refuse, as that of the Lua library that is linked.
@Suite("Pattern matching is that of Lua", .usualTimeLimit)
struct PatternAgreementTests {
  /// Makes calls at random, the same for each seed, and tells what each of them gave.
  private static let calls = #"""
    local seed = ...
    local function random(n) seed = (seed * 1103515245 + 12345) % 2147483648 return seed // 65536 % n + 1 end
    local pieces = { "a", "b", "x", "1", " ", ".", "%a", "%d", "%s", "%w", "%S", "[ab]", "[^ab]", "[a-c]", "[%a_]", "[]]", "[^]]",
      "[a-]", "[%]x]", "*", "+", "-", "?", "^", "$", "(", ")", "()", "%b()", "%f[a]", "%f[%w]", "%1", "%2", "%.", "[", "]", "%",
      "%z", "%g", "%0", "[a", "[%" }
    local letters = { "a", "b", "c", "x", "1", " ", "(", ")", "\n", "_", "]", "-", "\0" }
    local replacements = { "<%0>", "<%1>", "%%", "%2", { a = "X", b = false }, function(...) return ... end,
      function(x) return x == "a" and "Q" or nil end, "%", "z", 7, function() return {} end }
    local function text(list, most)
      local parts = {}
      for i = 1, random(most) - 1 do parts[i] = list[random(#list)] end
      return table.concat(parts)
    end
    local function told(...)
      local parts = {}
      for i = 1, select("#", ...) do parts[i] = tostring((select(i, ...))):gsub("^table: .*", "table") end
      return table.concat(parts, "|")
    end
    local results = {}
    for i = 1, 2000 do
      local subject, pattern, init = text(letters, 12), text(pieces, 7), random(20) - 9
      local way = random(5)
      results[i] = pattern .. " in " .. subject .. ": " .. told(pcall(function()
        if way == 1 then return string.find(subject, pattern, init) end
        if way == 2 then return string.match(subject, pattern, init) end
        if way == 3 then return string.gsub(subject, pattern, replacements[random(#replacements)], random(3)) end
        if way == 4 then return string.find(subject, pattern, init, true) end
        local found = {}
        for a, b in string.gmatch(subject, pattern, init) do found[#found + 1] = tostring(a) .. "," .. tostring(b) end
        return table.concat(found, ";")
      end))
    end
    return table.concat(results, "\n")
    """#

  /// What the linked library's own functions give.
  private func stock(_ seed: Int) throws -> String {
    let L = try #require(luaL_newstate())
    defer { lua_close(L) }
    luaL_openlibs(L)
    try #require(luaL_loadbufferx(L, Self.calls, Self.calls.utf8.count, "=calls", "t") == LUA_OK)
    lua_pushinteger(L, lua_Integer(seed))
    try #require(lua_pcallk(L, 1, 1, 0, 0, nil) == LUA_OK)
    var count = 0
    let bytes = UnsafeRawBufferPointer(start: lua_tolstring(L, -1, &count), count: count)
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test("two thousand random patterns a seed give the same, and are refused with the same words", arguments: 1...10)
  func agree(_ seed: Int) async throws {
    let lua = try LuaRuntime()
    let function = try await lua.load(Self.calls, chunkName: "calls")
    let own = try await lua.call(function, [.integer(Int64(seed))]).first
    let text: String =
      switch own {
      case .string(let text)?: text
      case .bytes(let bytes)?: String(decoding: bytes, as: UTF8.self)
      default: ""
      }
    func lines(_ text: String) -> [String] { text.split(separator: "\n").map(String.init) }
    let (ours, theirs) = (lines(text), lines(try stock(seed)))
    #expect(ours.count == theirs.count)
    for (our, their) in zip(ours, theirs) where our != their { Issue.record("\(our) — \(their)") }
    await lua.close()
  }
}
