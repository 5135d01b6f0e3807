import Foundation
import LuaVM
import Synchronization
import TestSupport
import Testing
import Values

@Suite("Memory", .usualTimeLimit)
struct MemoryTests {
  @Test(
    "memory is bounded, and the state is usable and can be closed afterwards", arguments: [1, 8, 64],
    [
      "local t = {} for i = 1, math.huge do t[i] = 'text number ' .. i end",
      "local s = 'x' while true do s = s .. s end",
      "return string.rep('x', 1 << 40)",
      "return string.rep('x', 100 << 20)",
      "local t = {} while true do t = { t, coroutine.create(function() end) } end",
      "local t = {} while true do t[#t + 1] = echo(('x'):rep(1000) .. #t) end",
      "local t = {} while true do t[#t + 1] = table_of(1000) end",
      "local t = {} while true do t[#t + 1] = later(('x'):rep(10000) .. #t) end",
      "coroutine.wrap(function() local t = {} while true do t[#t + 1] = {} end end)()",
    ])
  func bounded(_ megabytes: Int, _ source: String) async throws {
    let limit = megabytes << 20
    let lua = try await makeLua(LuaLimits(memoryBytes: limit))
    try await lua.setGlobal(
      "table_of",
      .function(
        LuaHostFunction("table_of") { call in
          let count = Int(call.arguments.first?.integerValue ?? 0)
          return .returns([.list(Array(repeating: .string("x"), count: count))])
        }))
    let error = try await luaError(lua, source)
    #expect(error.kind == .memory || error.message.contains("overflow") || error.message.contains("too large"))
    #expect(await lua.memoryInUse <= limit + (1 << 20))
    #expect(try await lua.run("return #('x'):rep(1000)").first?.integerValue == 1000)
    await lua.close()
  }

  @Test("a script that catches the memory error goes on")
  func caught() async throws {
    let lua = try await makeLua(LuaLimits(memoryBytes: 8 << 20))
    let values = try await lua.run(
      "local ok, e = pcall(function() local t = {} while true do t[#t + 1] = {} end end) return ok, e, later(1)")
    #expect(values[0].boolValue == false)
    #expect(values[1].stringValue == "not enough memory")
    #expect(values[2].integerValue == 1)
  }

  @Test("a state that does not fit at all is an error")
  func tooSmall() {
    #expect(throws: LuaError.self) { try LuaRuntime(limits: LuaLimits(memoryBytes: 1024)) }
  }

  /// Counts its living instances.
  final class Counted: Sendable {
    let counter: Counter
    init(_ counter: Counter) {
      self.counter = counter
      counter.living.withLock { $0 += 1 }
    }
    deinit { counter.living.withLock { $0 -= 1 } }
  }

  final class Counter: Sendable {
    let living = Mutex(0)
    var count: Int { living.withLock(\.self) }
  }

  struct CountedError: Error { let object: Counted }

  /// How often the leak tests do what they do; raise it to a million for a long run.
  static let rounds = ProcessInfo.processInfo.environment["LUAVM_LEAK_ROUNDS"].flatMap(Int64.init) ?? 20_000

  @Test("errors, objects, functions and references that are gone leave nothing behind", .timeLimit(.minutes(10)))
  func leaks() async throws {
    let counter = Counter()
    do {
      let lua = try await makeLua()
      try await lua.setGlobal(
        "raise", .function(LuaHostFunction("raise") { _ in throw CountedError(object: Counted(counter)) }))
      try await lua.setGlobal(
        "object",
        .function(
          LuaHostFunction("object") { _ in
            .returns([.object(LuaObject(typeName: "thing", identity: nil, text: "", payload: Counted(counter)))])
          }))
      try await lua.setGlobal(
        "raise_later",
        .function(LuaHostFunction("raise_later") { _ in .awaits { throw CountedError(object: Counted(counter)) } }))
      try await lua.run("for i = 1, ... do pcall(raise) end", [.integer(Self.rounds)])
      try await lua.run("for i = 1, ... do object() end", [.integer(Self.rounds)])
      try await lua.run("for i = 1, ... do echo({}, function() return i end) end", [.integer(Self.rounds)])
      try await lua.run("for i = 1, ... do pcall(raise_later) end", [.integer(Self.rounds / 20)])
      try await lua.run("for i = 1, ... do pcall(nest, raise) end", [.integer(Self.rounds / 20)])
      // Far fewer live than were made: the collector reaches them while the script runs.
      #expect(counter.count < Int(Self.rounds))
      #expect(await lua.memoryInUse < 64 << 20)
      await lua.close()
    }
    #expect(counter.count == 0)
  }

  @Test("the state lets go of host functions when it is closed, and when nobody holds it")
  func released() async throws {
    let counter = Counter()
    for closes in [true, false] {
      do {
        let lua = try LuaRuntime()
        let object = Counted(counter)
        try await lua.setGlobal(
          "f", .function(LuaHostFunction("f") { _ in .returns([.bool(object.counter === counter)]) }))
        #expect(counter.count == 1)
        if closes { await lua.close() }
      }
      #expect(counter.count == 0)
    }
  }

  @Test("a reference keeps its table, and lets it go with its last holder")
  func references() async throws {
    let lua = try await makeLua(LuaLimits(memoryBytes: 32 << 20))
    for _ in 0..<50 {
      let values = try await lua.run("return { ('x'):rep(4 << 20) }, function() end")
      guard case .list(let list) = try await lua.snapshot(values[0]) else { Issue.record("no list"); return }
      #expect(list.first?.stringValue?.utf8.count == 4 << 20)
    }
    let function = try await lua.run("\nreturn function() return 5 end")[0].functionValue
    #expect(function?.location == SourceLocation(file: "test.lua", line: 2))
    guard let function else { return }
    #expect(try await lua.call(function).first?.integerValue == 5)
  }

  @Test("references of another state are refused")
  func foreign() async throws {
    let one = try await makeLua()
    let other = try await makeLua()
    let table = try await one.run("return {}")[0]
    let function = try await other.load("return ...", chunkName: "t.lua")
    let failure = await #expect(throws: Failure.self) { try await other.call(function, [table]) }
    #expect(failure?.code == .luaForeign)
    let wrong = try await one.load("return 1", chunkName: "t.lua")
    await #expect(throws: Failure.self) { try await other.call(wrong) }
  }
}
