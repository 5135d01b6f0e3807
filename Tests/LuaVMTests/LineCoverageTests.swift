import LuaVM
import TestSupport
import Testing

@Suite("Which lines were executed", .usualTimeLimit)
struct LineCoverageTests {
  private func lines(of text: String, expectsError: Bool = false) async throws -> [String: Set<Int>] {
    let coverage = LineCoverage()
    let runtime = try LuaRuntime(coverage: coverage)
    let chunk = try await runtime.load(text, chunkName: "file.lua")
    do {
      _ = try await runtime.call(chunk)
      #expect(!expectsError)
    } catch { #expect(expectsError, "\(error)") }
    #expect(coverage.lines.isEmpty, "it is told at the end")
    await runtime.close()
    return coverage.lines
  }

  @Test("what was passed over is not among them, whatever coroutine or protected call it is in")
  func executed() async throws {
    let found = try await lines(
      of: """
        local x = 1
        if x == 2 then
          x = 3
        end
        local co = coroutine.wrap(function()
          x = 4
          coroutine.yield()
          x = 5
        end)
        co()
        pcall(function()
          error("no")
          x = 6
        end)
        """)
    #expect(found.keys.sorted() == ["file.lua"])
    #expect(found["file.lua"]?.isSuperset(of: [1, 2, 6, 7, 10, 12]) == true, "\(found)")
    #expect(found["file.lua"]?.isDisjoint(with: [3, 8, 13]) == true, "\(found)")
  }

  @Test("they are known after an error, too, and those of several states add up")
  func afterError() async throws {
    #expect(try await lines(of: "local x = 1\nerror('no')\nx = 2", expectsError: true) == ["file.lua": [1, 2]])
    let coverage = LineCoverage()
    for text in ["local x = 1", "\n\nlocal y = 2"] {
      let runtime = try LuaRuntime(coverage: coverage)
      _ = try await runtime.call(try await runtime.load(text, chunkName: "a.lua"))
      await runtime.close()
    }
    #expect(coverage.lines["a.lua"] == [1, 3])
  }

  @Test("code without end can be interrupted all the same", .timeLimit(.minutes(1)))
  func interrupted() async throws {
    let coverage = LineCoverage()
    let runtime = try LuaRuntime(coverage: coverage)
    let chunk = try await runtime.load("local x = 1\nwhile true do\nx = x + 1\nend", chunkName: "a.lua")
    async let outcome: [LuaValue]? = try? await runtime.call(chunk)
    while !runtime.isRunningLua { await Task.yield() }
    runtime.interrupt()
    #expect(await outcome == nil)
    await runtime.close()
    #expect(coverage.lines["a.lua"]?.contains(1) == true)
  }
}
