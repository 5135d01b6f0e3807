/// A value of Lua, as Swift sees it.
package enum LuaValue: Sendable {
  /// Nothing.
  case `nil`
  /// A truth value.
  case bool(Bool)
  /// A number of Lua's integer kind.
  case integer(Int64)
  /// A number of Lua's floating kind.
  case number(Double)
  /// Text.
  case string(String)
  /// A string that is not valid UTF-8.
  case bytes([UInt8])
  /// Makes a fresh table of elements 1 to n. Comes back from a snapshot only.
  case list([LuaValue])
  /// Makes a fresh table with text keys. Comes back from a snapshot only.
  case dictionary([String: LuaValue])
  /// A reference to a table.
  case table(LuaTable)
  /// A reference to a function.
  case function(LuaFunction)
  /// A Swift value that scripts can hold.
  case object(LuaObject)
}

extension LuaValue {
  /// Whether this is nil.
  package var isNil: Bool { if case .nil = self { true } else { false } }
  /// The text, when this is a string.
  package var stringValue: String? { if case .string(let text) = self { text } else { nil } }
  /// The integer, when this is a number without a fraction.
  package var integerValue: Int64? {
    switch self {
    case .integer(let number): number
    case .number(let number): Int64(exactly: number)
    default: nil
    }
  }
  /// The number, when this is one.
  package var numberValue: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .number(let number): number
    default: nil
    }
  }
  /// The truth value, when this is one.
  package var boolValue: Bool? { if case .bool(let flag) = self { flag } else { nil } }
  /// The reference, when this is a table.
  package var tableValue: LuaTable? { if case .table(let table) = self { table } else { nil } }
  /// The reference, when this is a function.
  package var functionValue: LuaFunction? { if case .function(let function) = self { function } else { nil } }
  /// The object, when this is one.
  package var objectValue: LuaObject? { if case .object(let object) = self { object } else { nil } }
  /// What Lua takes for true: all but nil and false.
  package var isTruthy: Bool {
    switch self {
    case .nil, .bool(false): false
    default: true
    }
  }
  /// What Lua's `type` says; for objects, their type name.
  package var typeName: String {
    switch self {
    case .nil: "nil"
    case .bool: "boolean"
    case .integer, .number: "number"
    case .string, .bytes: "string"
    case .list, .dictionary, .table: "table"
    case .function: "function"
    case .object(let object): object.typeName
    }
  }
}

extension LuaValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByStringLiteral
{
  /// Nothing.
  package init(nilLiteral: ()) { self = .nil }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(integerLiteral value: Int64) { self = .integer(value) }
  package init(floatLiteral value: Double) { self = .number(value) }
  /// Text.
  package init(stringLiteral value: String) { self = .string(value) }
}

/// Something that Swift makes available to scripts.
package enum LuaItem: Sendable {
  /// A value.
  case value(LuaValue)
  /// A host function.
  case function(LuaHostFunction)
  /// A read-only table of that name. Reading a member that it does not have raises what `missing` makes of the
  /// member's name; without `missing` it gives nil.
  case table([String: LuaItem], name: String, missing: (@Sendable (String) -> any Error)?)
}

/// A function that scripts call and Swift carries out.
package struct LuaHostFunction: Sendable {
  /// The name in tracebacks and messages, for example `swarm.join`.
  package let name: String
  let body: @Sendable (borrowing LuaCall) throws -> LuaOutcome

  /// Describes a host function. `body` runs on the Lua thread, in the task that drives the script; what takes time goes
  /// into ``LuaOutcome/awaits(_:)``. What it throws becomes a Lua error.
  package init(_ name: String, _ body: @escaping @Sendable (borrowing LuaCall) throws -> LuaOutcome) {
    self.name = name
    self.body = body
  }
}

/// A host function's answer.
package enum LuaOutcome: Sendable {
  /// The results, at once.
  case returns([LuaValue])
  /// The results, later: the closure runs off the Lua thread in the task that drives the script, while other scripts
  /// of the state continue.
  case awaits(@Sendable () async throws -> [LuaValue])
}
