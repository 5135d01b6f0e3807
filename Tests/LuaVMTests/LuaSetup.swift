import LuaVM
import Values

/// A runtime with functions that the tests need.
func makeLua(_ limits: LuaLimits = LuaLimits()) async throws -> LuaRuntime {
  let lua = try LuaRuntime(limits: limits)
  try await lua.setGlobal(
    "later",
    .function(
      LuaHostFunction("later") { call in
        let values = call.arguments
        return .awaits {
          await Task.yield()
          return values
        }
      }))
  try await lua.setGlobal("echo", .function(LuaHostFunction("echo") { .returns($0.arguments) }))
  try await lua.setGlobal(
    "fail",
    .function(
      LuaHostFunction("fail") { _ in
        throw Failure("test.failed", "it failed", host: "da1", cause: "remote words", hint: "try", isRetryable: true)
      }))
  try await lua.setGlobal(
    "fail_later",
    .function(
      LuaHostFunction("fail_later") { _ in
        .awaits {
          await Task.yield()
          throw Failure("test.failed", "it failed later", host: "da1")
        }
      }))
  // Calls a function in a coroutine of its own, as steps do.
  try await lua.setGlobal(
    "nest",
    .function(
      LuaHostFunction("nest") { [weak lua] call in
        guard let lua, case .function(let function)? = call.arguments.first else {
          throw Failure("test.argument", "nest needs a function")
        }
        let rest = Array(call.arguments.dropFirst())
        return .awaits { try await lua.call(function, rest) }
      }))
  return lua
}

extension LuaRuntime {
  /// Loads and calls a chunk.
  @discardableResult
  func run(_ source: String, _ arguments: [LuaValue] = [], file: String = "test.lua") async throws -> [LuaValue] {
    try await call(load(source, chunkName: file), arguments)
  }
}

/// Runs a chunk and returns the Lua error that it ends with.
func luaError(_ lua: LuaRuntime, _ source: String) async throws -> LuaError {
  do {
    _ = try await lua.run(source)
  } catch let error as LuaError {
    return error
  }
  throw Failure("test.no_error", "the script did not fail")
}
