/// A piece of data that can cross every boundary of the program: Lua, the journal, an HTTP body, a report.
///
/// It is JSON's data model, with integers kept apart from floating point as Lua 5.4 keeps them, bytes that are not
/// UTF-8, and secrets.
public enum Value: Sendable, Hashable {
  /// Nothing; Lua's `nil`.
  case null
  /// A truth value.
  case bool(Bool)
  /// A 64-bit integer.
  case integer(Int64)
  /// A double that is not an integer.
  case number(Double)
  /// Text.
  case string(String)
  /// Bytes that are not valid UTF-8.
  case bytes([UInt8])
  /// An ordered list. An empty Lua table is an empty array.
  case array([Value])
  /// Named members, in no order.
  case object([String: Value])
  /// Something that must never be shown; see ``Secret``.
  case secret(Secret)
}

extension Value: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// ``null``.
  public init(nilLiteral: ()) { self = .null }
  /// A truth value.
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// An integer.
  public init(integerLiteral value: Int64) { self = .integer(value) }
  /// A number.
  public init(floatLiteral value: Double) { self = .number(value) }
  /// Text.
  public init(stringLiteral value: String) { self = .string(value) }
  /// A list.
  public init(arrayLiteral elements: Value...) { self = .array(elements) }
  /// Named members; of equal names the last counts.
  public init(dictionaryLiteral elements: (String, Value)...) {
    self = .object(Dictionary(elements, uniquingKeysWith: { _, last in last }))
  }
}

extension Value {
  /// The text, when this is a string.
  public var stringValue: String? { if case .string(let text) = self { text } else { nil } }
  /// The secret, if it is one.
  public var secretValue: Secret? { if case .secret(let secret) = self { secret } else { nil } }
  /// The integer, when this is one.
  public var integerValue: Int64? { if case .integer(let number) = self { number } else { nil } }
  /// The truth value, when this is one.
  public var boolValue: Bool? { if case .bool(let flag) = self { flag } else { nil } }
  /// The elements, when this is an array.
  public var arrayValue: [Value]? { if case .array(let elements) = self { elements } else { nil } }
  /// The members, when this is an object; an empty array counts as an empty object, because Lua can't tell them apart.
  public var objectValue: [String: Value]? {
    switch self {
    case .object(let members): members
    case .array(let elements) where elements.isEmpty: [:]
    default: nil
    }
  }
  /// The member of that name; `nil` when this is not an object or has no such member.
  public subscript(member: String) -> Value? { objectValue?[member] }
  /// Whether Lua would take this for true: all but `nil` and `false`.
  public var isTruthy: Bool {
    switch self {
    case .null, .bool(false): false
    default: true
    }
  }
}
