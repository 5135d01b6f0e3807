/// A piece of data that can cross every boundary of the program: Lua, the journal, an HTTP body, a report.
///
/// It is JSON's data model, with integers kept apart from floating point as Lua 5.4 keeps them, bytes that are not
/// UTF-8, and secrets.
package enum Value: Sendable, Hashable {
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
  package init(nilLiteral: ()) { self = .null }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(integerLiteral value: Int64) { self = .integer(value) }
  package init(floatLiteral value: Double) { self = .number(value) }
  /// Text.
  package init(stringLiteral value: String) { self = .string(value) }
  package init(arrayLiteral elements: Value...) { self = .array(elements) }
  /// Named members; of equal names the last counts.
  package init(dictionaryLiteral elements: (String, Value)...) {
    self = .object(Dictionary(elements, uniquingKeysWith: { _, last in last }))
  }
}

extension Value {
  /// The text, when this is a string.
  package var stringValue: String? { if case .string(let text) = self { text } else { nil } }
  /// The secret, if it is one.
  package var secretValue: Secret? { if case .secret(let secret) = self { secret } else { nil } }
  /// The integer, when this is one.
  package var integerValue: Int64? { if case .integer(let number) = self { number } else { nil } }
  /// The truth value, when this is one.
  package var boolValue: Bool? { if case .bool(let flag) = self { flag } else { nil } }
  /// The elements, when this is an array.
  package var arrayValue: [Value]? { if case .array(let elements) = self { elements } else { nil } }
  /// The members, when this is an object; an empty array counts as an empty object, because Lua can't tell them apart.
  package var objectValue: [String: Value]? {
    switch self {
    case .object(let members): members
    case .array(let elements) where elements.isEmpty: [:]
    default: nil
    }
  }
  /// The member of that name; `nil` when this is not an object or has no such member.
  package subscript(member: String) -> Value? { objectValue?[member] }
  /// Whether Lua would take this for true: all but `nil` and `false`.
  package var isTruthy: Bool {
    switch self {
    case .null, .bool(false): false
    default: true
    }
  }
}
