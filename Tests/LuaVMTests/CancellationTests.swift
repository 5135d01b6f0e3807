import LuaVM
import TestSupport
import Testing
import Values

@Suite("Cancellation", .usualTimeLimit)
struct CancellationTests {
  /// A function `wait_for_ever` that tells when it waits.
  private func waiting(_ lua: LuaRuntime) async throws -> AsyncStream<Void> {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
    try await lua.setGlobal(
      "wait_for_ever",
      .function(
        LuaHostFunction("wait_for_ever") { _ in
          .awaits {
            continuation.yield()
            try await Task.sleep(for: .seconds(3600))
            return []
          }
        }))
    return stream
  }

  @Test("a cancelled call ends with CancellationError, whatever the script catches")
  func uncatchable() async throws {
    let lua = try await makeLua()
    let waits = try await waiting(lua)
    let task = Task { try await lua.run("while true do pcall(wait_for_ever) end") }
    for await _ in waits { break }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(try await lua.run("return 1").first?.integerValue == 1)
  }

  @Test("a cancelled call runs the __close of what is open, in inner coroutines too, innermost first")
  func closes() async throws {
    let lua = try await makeLua()
    let waits = try await waiting(lua)
    let task = Task {
      try await lua.run(
        """
        closed = {}
        local function guard(name) return setmetatable({}, { __close = function() closed[#closed + 1] = name end }) end
        local outer <close> = guard "outer"
        co = coroutine.create(function()
          local inner <close> = guard "inner"
          wait_for_ever()
        end)
        coroutine.resume(co)
        """)
    }
    for await _ in waits { break }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(try await lua.run("return table.concat(closed, ' ')").first?.stringValue == "inner outer")
    #expect(try await lua.run("return coroutine.status(co)").first?.stringValue == "dead")
  }

  @Test("a __close that never ends, in a cancelled call, is stopped by an interruption")
  func closesForEver() async throws {
    let lua = try await makeLua()
    let waits = try await waiting(lua)
    let (closing, began) = AsyncStream.makeStream(of: Void.self)
    try await lua.setGlobal(
      "closing",
      .function(
        LuaHostFunction("closing") { _ in
          began.yield()
          return .returns([])
        }))
    let task = Task {
      try await lua.run(
        """
        local x <close> = setmetatable({}, { __close = function() closing() while true do pcall(error) end end })
        wait_for_ever()
        """)
    }
    for await _ in waits { break }
    task.cancel()
    for await _ in closing { break }
    lua.interrupt()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test("cancelling reaches nested calls")
  func nested() async throws {
    let lua = try await makeLua()
    let waits = try await waiting(lua)
    let task = Task { try await lua.run("pcall(nest, function() pcall(nest, wait_for_ever) end) error('went on')") }
    for await _ in waits { break }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test("in a cancelled task another error of the operation is not catchable either, and is not lost")
  func otherError() async throws {
    let lua = try await makeLua()
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
    try await lua.setGlobal(
      "killed",
      .function(
        LuaHostFunction("killed") { _ in
          .awaits {
            continuation.yield()
            try? await Task.sleep(for: .seconds(3600))
            throw Failure("test.killed", "the command was killed")
          }
        }))
    let task = Task { try await lua.run("\npcall(killed) error('went on')") }
    for await _ in stream { break }
    task.cancel()
    let error = await #expect(throws: LuaError.self) { try await task.value }
    #expect((error?.underlying as? Failure)?.code == "test.killed")
    #expect(error?.location?.line == 2)
  }

  @Test("a cancelled task starts nothing more")
  func notStarted() async throws {
    let lua = try await makeLua()
    let function = try await lua.load("return later(1)", chunkName: "t.lua")
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await lua.call(function, [])
    }
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
