/// A value of Lua, as Swift sees it.
public enum LuaValue: Sendable {
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
  public var isNil: Bool { if case .nil = self { true } else { false } }
  /// The text, when this is a string.
  public var stringValue: String? { if case .string(let text) = self { text } else { nil } }
  /// The integer, when this is a number without a fraction.
  public var integerValue: Int64? {
    switch self {
    case .integer(let number): number
    case .number(let number): Int64(exactly: number)
    default: nil
    }
  }
  /// The number, when this is one.
  public var numberValue: Double? {
    switch self {
    case .integer(let number): Double(number)
    case .number(let number): number
    default: nil
    }
  }
  /// The truth value, when this is one.
  public var boolValue: Bool? { if case .bool(let flag) = self { flag } else { nil } }
  /// The reference, when this is a table.
  public var tableValue: LuaTable? { if case .table(let table) = self { table } else { nil } }
  /// The reference, when this is a function.
  public var functionValue: LuaFunction? { if case .function(let function) = self { function } else { nil } }
  /// The object, when this is one.
  public var objectValue: LuaObject? { if case .object(let object) = self { object } else { nil } }
  /// What Lua takes for true: all but nil and false.
  public var isTruthy: Bool {
    switch self {
    case .nil, .bool(false): false
    default: true
    }
  }
  /// What Lua's `type` says; for objects, their type name.
  public var typeName: String {
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
  public init(nilLiteral: ()) { self = .nil }
  /// A truth value.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// An integer.
  public init(integerLiteral value: Int64) { self = .integer(value) }
  /// A number.
  public init(floatLiteral value: Double) { self = .number(value) }
  /// Text.
  public init(stringLiteral value: String) { self = .string(value) }
}
