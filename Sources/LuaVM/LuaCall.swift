import CLua
import Values

/// One call of a host function. Valid only while the function's body runs, on the Lua thread.
package struct LuaCall: ~Copyable {
  let machine: LuaMachine
  let L: OpaquePointer
  /// The arguments; tables and functions as references.
  package let arguments: [LuaValue]

  /// A deep copy of a value: tables become lists and dictionaries; functions and objects stay. An empty table is an
  /// empty list.
  ///
  /// Throws ``FailureCode/luaNotData`` naming the path for a cycle, mixed or other keys, gaps, and more than 64 levels.
  package func snapshot(_ value: LuaValue) throws -> LuaValue { try machine.snapshot(value, on: L) }

  /// The elements of a list, not copied further.
  package func elements(_ table: LuaTable) throws -> [LuaValue] { try machine.elements(table, on: L) }

  /// The members of a table that has text keys only, not copied further.
  package func fields(_ table: LuaTable) throws -> [String: LuaValue] { try machine.fields(table, on: L) }

  /// The pairs of a table of any keys, not copied further, in a fixed order: numbers, text, then other keys.
  package func entries(_ table: LuaTable) throws -> [(key: LuaValue, value: LuaValue)] {
    try machine.entries(table, on: L)
  }

  /// The line that the script called from: level 1 is the innermost line, 2 its caller's, and so on.
  package func location(level: Int = 1) -> SourceLocation? {
    machine.location(in: machine.chain(from: L), level: level)
  }

  /// The calls that led here, innermost first, one a line.
  package func traceback() -> String { machine.traceback(of: machine.chain(from: L)) }

  /// Whether the function may answer with ``LuaOutcome/awaits(_:)``.
  package var isYieldable: Bool { lvm_can_wait(L) }

  /// What `tostring` gives. Runs a `__tostring` metamethod, whose error is thrown.
  package func text(_ value: LuaValue) throws -> String {
    try machine.push(value, on: L)
    let status = lvm_tolstring(L, -1)
    defer { lvm_pop(L, 2) }
    let text = machine.text(at: -1, of: L)
    guard status == LUA_OK else {
      if status == LUA_ERRMEM { throw machine.outOfMemory(location: location(), traceback: traceback()) }
      if let thrown = machine.object(at: -1, of: L)?.payload as? LuaThrown { throw thrown.error }
      throw LuaError(kind: .runtime, message: machine.split(text ?? "an error in __tostring").1, location: location())
    }
    return text ?? ""
  }
}
