import Values

extension SeededRandom {
  /// Bytes with one changed, or cut off at some place.
  package mutating func damage(_ bytes: [UInt8]) -> [UInt8] {
    guard let index = bytes.indices.randomElement(using: &self) else { return bytes }
    switch Int.random(in: 0..<4, using: &self) {
    case 0: return Array(bytes.prefix(index))
    case 1: return mutate(bytes, alphabet: Array(0...255))
    default:
      var result = bytes
      result[index] ^= 1 << UInt8.random(in: 0..<8, using: &self)
      return result
    }
  }

  /// A value in which one to four parts are gone, or are of another kind, or beyond all measure.
  package mutating func distort(_ value: Value) -> Value {
    var result = value
    for _ in 0..<Int.random(in: 1...4, using: &self) { result = replacing(in: result, depth: 0) }
    return result
  }

  private mutating func replacing(in value: Value, depth: Int) -> Value {
    // Deeper parts are as likely as the outermost.
    let goesDeeper = Int.random(in: 0..<8, using: &self) > 0
    switch value {
    case .object(var members) where goesDeeper && !members.isEmpty:
      let name = members.keys.sorted().randomElement(using: &self) ?? ""
      let isGone = Int.random(in: 0..<12, using: &self) == 0
      members[name] = isGone ? nil : replacing(in: members[name] ?? .null, depth: depth + 1)
      return .object(members)
    case .array(var elements) where goesDeeper && !elements.isEmpty:
      let index = Int.random(in: elements.indices, using: &self)
      elements[index] = replacing(in: elements[index], depth: depth + 1)
      return .array(elements)
    default:
      return Self.oddities.randomElement(using: &self) ?? .null
    }
  }

  private static let oddities: [Value] = [
    .null, .bool(true), .bool(false), .integer(0), .integer(-1), .integer(.max), .integer(.min), .number(0.5),
    .number(1e300), .number(-1e300), .string(""), .string("\u{0}"), .string("x"), .string("-1"),
    .string("99999999999999"),
    .string("0001-01-01T00:00:00Z"), .string("é\u{301}\u{202E}"), .string(String(repeating: "a", count: 300)),
    .array([]),
    .array([.null]), .array([.array([.object([:])])]), .object([:]), .object(["": .null]), .object(["ID": .array([])]),
  ]
}
