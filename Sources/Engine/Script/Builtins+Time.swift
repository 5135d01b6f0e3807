import Foundation
import LuaVM
import Values

extension Builtins {
  /// `time.now()` and `time.sleep(duration)`: a replay sees the same time again, and continues the wait.
  var time: [String: LuaItem] {
    [
      "time": .table(
        ["now": .function(now), "sleep": .function(sleep), "text": .function(timeText)], name: "time", missing: nil)
    ]
  }

  private var now: LuaHostFunction {
    function("time.now") { call in
      let scope = try currentScope("time.now")
      let session = session
      return .awaits {
        [session.conversion.lua(try await session.driver.recorded("time.now", in: scope) { session.driver.now() })]
      }
    }
  }

  private var sleep: LuaHostFunction {
    function("time.sleep") { call in
      let scope = try currentScope("time.sleep")
      let checked = try ArgumentCheck(function: "time.sleep", conversion: session.conversion).check(
        call.arguments, against: BuiltinList.named("time.sleep").parameters
      ).arguments
      let frame = TaskContext.step
      let driver = session.driver
      return .awaits {
        try await driver.sleep(seconds: (checked.duration("duration") ?? .zero).seconds, in: scope, frame: frame)
        return []
      }
    }
  }

  /// `time.text(seconds)`: a moment in ISO 8601, in UTC.
  private var timeText: LuaHostFunction {
    function("time.text") { call in
      let checked = try ArgumentCheck(function: "time.text", conversion: session.conversion).check(
        call.arguments, against: BuiltinList.named("time.text").parameters
      )
      guard case .number(let seconds)? = checked.arguments["seconds"] else { return .returns([.nil]) }
      return .returns([.string(Date(timeIntervalSince1970: seconds).formatted(.iso8601))])
    }
  }
}
