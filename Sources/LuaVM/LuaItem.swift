/// Something that Swift makes available to scripts.
public enum LuaItem: Sendable {
  /// A value.
  case value(LuaValue)
  /// A host function.
  case function(LuaHostFunction)
  /// A read-only table of that name. Reading a member that it does not have raises what `missing` makes of the
  /// member's name; without `missing` it gives nil.
  case table([String: LuaItem], name: String, missing: (@Sendable (String) -> any Error)?)
}

/// A function that scripts call and Swift carries out.
public struct LuaHostFunction: Sendable {
  /// The name in tracebacks and messages, for example `swarm.join`.
  public let name: String
  let body: @Sendable (borrowing LuaCall) throws -> LuaOutcome

  /// Describes a host function. `body` runs on the Lua thread, in the task that drives the script; what takes time goes
  /// into ``LuaOutcome/awaits(_:)``. What it throws becomes a Lua error.
  public init(_ name: String, _ body: @escaping @Sendable (borrowing LuaCall) throws -> LuaOutcome) {
    self.name = name
    self.body = body
  }
}

/// A host function's answer.
public enum LuaOutcome: Sendable {
  /// The results, at once.
  case returns([LuaValue])
  /// The results, later: the closure runs off the Lua thread in the task that drives the script, while other scripts
  /// of the state continue.
  case awaits(@Sendable () async throws -> [LuaValue])
}
