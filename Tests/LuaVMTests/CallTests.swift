import LuaVM
import Synchronization
import TestSupport
import Testing
import Values

@Suite("Calls", .usualTimeLimit)
struct CallTests {
  @Test("a function's results come back")
  func results() async throws {
    let lua = try LuaRuntime()
    let function = try await lua.load("local a, b = ... return a + b, 'x', nil, 1.5, true", chunkName: "t.lua")
    let values = try await lua.call(function, [.integer(1), .integer(2)])
    #expect(values.count == 5)
    #expect(values[0].integerValue == 3)
    #expect(values[1].stringValue == "x")
    #expect(values[2].isNil)
    #expect(values[3].numberValue == 1.5)
    #expect(values[4].boolValue == true)
  }

  @Test("a host function answers at once")
  func immediate() async throws {
    let lua = try await makeLua()
    let values = try await lua.run("return echo(1, 'a', nil)")
    #expect(values.count == 3)
    #expect(values[1].stringValue == "a")
  }

  @Test("a host function that waits gives its results to the script")
  func waiting() async throws {
    let lua = try await makeLua()
    let values = try await lua.run("local a, b = later(1, 'x') return b, a, select('#', later())")
    #expect(values.map(\.stringValue) == ["x", nil, nil])
    #expect(values[1].integerValue == 1)
    #expect(values[2].integerValue == 0)
  }

  @Test("text that is not UTF-8 comes as bytes and goes back unchanged")
  func bytes() async throws {
    let lua = try await makeLua()
    let values = try await lua.run(#"local s = "\xff\x00a" return s, echo(s) == s, echo("a\0b")"#)
    guard case .bytes(let bytes) = values[0] else { Issue.record("no bytes"); return }
    #expect(bytes == [0xff, 0, 0x61])
    #expect(values[1].boolValue == true)
    #expect(values[2].stringValue == "a\0b")
  }

  @Test("a function that waits may call scripts again, nested")
  func nested() async throws {
    let lua = try await makeLua()
    let values = try await lua.run(
      """
      local function deep(n) if n == 0 then return later('bottom') end return nest(deep, n - 1) end
      return nest(deep, 30)
      """)
    #expect(values.first?.stringValue == "bottom")
  }

  @Test("nesting without end is an error")
  func endlessNesting() async throws {
    let lua = try await makeLua(LuaLimits(nesting: 20))
    let error = try await luaError(lua, "local function f() nest(f) end f()")
    #expect((error.underlying as? Failure)?.code == .luaNesting)
  }

  @Test("task-locals are seen by host functions, also after waiting and inside operations")
  func taskLocals() async throws {
    let lua = try await makeLua()
    let seen = Mutex<[String]>([])
    let note: @Sendable () -> Void = { seen.withLock { $0.append(Local.name) } }
    try await lua.setGlobal(
      "note",
      .function(
        LuaHostFunction("note") { _ in
          note()
          return .awaits {
            note()
            return []
          }
        }))
    try await Local.$name.withValue("outer") { _ = try await lua.run("note() nest(note)") }
    #expect(seen.withLock(\.self) == ["outer", "outer", "outer", "outer"])
  }

  enum Local { @TaskLocal static var name = "none" }

  @Test("ten thousand calls wait at the same time", .timeLimit(.minutes(5)))
  func manyWaiting() async throws {
    let lua = try await makeLua()
    let gate = Gate(10_000)
    try await lua.setGlobal(
      "meet",
      .function(
        LuaHostFunction("meet") { _ in
          .awaits {
            await gate.arrive()
            return [.integer(1)]
          }
        }))
    let function = try await lua.load("local n = ... return n + meet()", chunkName: "t.lua")
    let sum = try await withThrowingTaskGroup(of: Int64.self) { group in
      for n in 0..<10_000 {
        group.addTask { try await lua.call(function, [.integer(Int64(n))]).first?.integerValue ?? 0 }
      }
      return try await group.reduce(0, +)
    }
    #expect(sum == 10_000 * 9_999 / 2 + 10_000)
  }
}

/// Lets nobody go on before all have come.
actor Gate {
  private var missing: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  init(_ count: Int) { missing = count }

  func arrive() async {
    missing -= 1
    if missing <= 0 {
      waiting.forEach { $0.resume() }
      waiting = []
    } else {
      await withCheckedContinuation { waiting.append($0) }
    }
  }
}
