import LuaVM
import TestSupport
import Testing

@testable import RunbookTesting

@Suite("Which statements were executed", .usualTimeLimit)
struct CoverageReportTests {
  private func missing(_ text: String) async throws -> [Int] {
    let coverage = LineCoverage()
    let runtime = try LuaRuntime(coverage: coverage)
    _ = try await runtime.call(try await runtime.load(text, chunkName: "a.lua"))
    await runtime.close()
    let report = CoverageReport(executed: coverage.lines) { $0 == "a.lua" ? text : nil }
    return try #require(report.files.first).missing
  }

  @Test("of a file of which everything was executed nothing is missing, however its statements are spread over lines")
  func everything() async throws {
    let missing = try await missing(
      """
      local a, b
      local limit <const> = 3
      local shown = function(x)
        return x
      end
      local function add(x, y)
        return x
          + y
      end
      local t = {
        list = { 1, 2 },
        fn = function() return add(1, 2) end,
      }
      function t.more(...) return select("#", ...) end
      for i = 1, limit do
        if i == 1 then a = i
        elseif i == 2 then
          b = i
        else
          goto done
        end
        ::done::
      end
      repeat a = a + 1 until a > 3
      while a > 0 do
        a = a - 1
        if a == 1 then break end
      end
      for _, value in ipairs { 1, 2 } do add(value, 1) end
      do
        local text = "a"
          .. shown("b")
          .. tostring(t.fn())
        t.more(
          text,
          b)
      end
      return pcall(function()
        error({})
      end)
      """)
    #expect(missing == [])
  }

  @Test("what was passed over is told by the lines on which it begins")
  func passedOver() async throws {
    let missing = try await missing(
      """
      local x = 1
      if x == 2 then
        x = 3
      else
        x = 4
      end
      local function unused()
        local y = {
          1,
        }
        return y
      end
      if x == 5 then return end
      for _ = 1, 0 do x = 0 end
      for _ = 1, 0 do
        x = 0
      end
      """)
    #expect(missing == [3, 8, 11, 16])
    #expect(CoverageReport.ranges(missing + [17, 18]) == "3, 8, 11, 16-18")
  }
}
