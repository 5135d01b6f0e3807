import Values

/// Reads a JSON text (RFC 8259) into plain data. Numbers with a point or an exponent are doubles, the others integers.
struct JSONReader {
  /// Where a text stops being JSON.
  struct SyntaxError: Error, Hashable, CustomStringConvertible {
    /// The byte offset, from 0.
    var offset: Int
    /// What was wanted there.
    var expected: String
    /// One line for an operator.
    var description: String { "no JSON at byte \(offset): \(expected) was expected" }
  }

  private let bytes: [UInt8]
  private var offset = 0

  private init(_ text: String) { bytes = Array(text.utf8) }

  /// The one value that the text holds.
  static func read(_ text: String) throws(SyntaxError) -> Value {
    var reader = JSONReader(text)
    let value = try reader.value(depth: 0)
    reader.skipSpace()
    guard reader.offset == reader.bytes.count else { throw reader.error("the end") }
    return value
  }

  private func error(_ expected: String) -> SyntaxError { SyntaxError(offset: offset, expected: expected) }

  private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 { offset += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard next == byte else { return false }
    offset += 1
    return true
  }

  private mutating func value(depth: Int) throws(SyntaxError) -> Value {
    guard depth < JSONText.depthLimit else { throw error("a value less deeply nested") }
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return try object(depth: depth + 1)
    case UInt8(ascii: "["): return try array(depth: depth + 1)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "n"): return try word("null", .null)
    case UInt8(ascii: "t"): return try word("true", true)
    case UInt8(ascii: "f"): return try word("false", false)
    default: return try number()
    }
  }

  private mutating func word(_ word: StaticString, _ value: Value) throws(SyntaxError) -> Value {
    let end = offset + word.utf8CodeUnitCount
    let matches = word.withUTF8Buffer { end <= bytes.count && bytes[offset..<end].elementsEqual($0) }
    guard matches else { throw error("a value") }
    offset = end
    return value
  }

  private mutating func array(depth: Int) throws(SyntaxError) -> Value {
    offset += 1
    var elements: [Value] = []
    skipSpace()
    if take(UInt8(ascii: "]")) { return .array([]) }
    while true {
      elements.append(try value(depth: depth))
      skipSpace()
      if take(UInt8(ascii: "]")) { return .array(elements) }
      guard take(UInt8(ascii: ",")) else { throw error("a comma or ]") }
    }
  }

  private mutating func object(depth: Int) throws(SyntaxError) -> Value {
    offset += 1
    var members: [String: Value] = [:]
    skipSpace()
    if take(UInt8(ascii: "}")) { return .object([:]) }
    while true {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw error("a member's name") }
      let name = try string()
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw error("a colon") }
      members[name] = try value(depth: depth)
      skipSpace()
      if take(UInt8(ascii: "}")) { return .object(members) }
      guard take(UInt8(ascii: ",")) else { throw error("a comma or }") }
    }
  }

  private mutating func number() throws(SyntaxError) -> Value {
    let start = offset
    var isInteger = true
    while let byte = next {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"): break
      case UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"): isInteger = false
      default: return try number(from: start, isInteger: isInteger)
      }
      offset += 1
    }
    return try number(from: start, isInteger: isInteger)
  }

  private mutating func number(from start: Int, isInteger: Bool) throws(SyntaxError) -> Value {
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    if isInteger, let integer = Int64(text), !text.hasPrefix("+") { return .integer(integer) }
    if !text.isEmpty, !text.hasPrefix("+"), let number = Double(text), number.isFinite { return .number(number) }
    offset = start
    throw error("a value")
  }

  private mutating func string() throws(SyntaxError) -> String {
    offset += 1
    var text: [UInt8] = []
    while let byte = next {
      switch byte {
      case UInt8(ascii: "\""):
        offset += 1
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"):
        offset += 1
        try escape(into: &text)
      case 0..<0x20:
        throw error("no control character in a text")
      default:
        text.append(byte)
        offset += 1
      }
    }
    throw error("the end of a text")
  }

  private mutating func escape(into text: inout [UInt8]) throws(SyntaxError) {
    guard let byte = next else { throw error("an escape") }
    offset += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "n"): text.append(0x0a)
    case UInt8(ascii: "r"): text.append(0x0d)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0c)
    case UInt8(ascii: "u"): text.append(contentsOf: try scalar().utf8)
    default: throw error("an escape")
    }
  }

  /// The character of `\uXXXX`, or of two of them for those above U+FFFF.
  private mutating func scalar() throws(SyntaxError) -> String {
    var units = [try unit()]
    if units[0] & 0xfc00 == 0xd800 {
      guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw error("the second half of a character") }
      units.append(try unit())
    }
    guard let text = String(validating: units, as: UTF16.self) else { throw error("a character") }
    return text
  }

  private mutating func unit() throws(SyntaxError) -> UInt16 {
    let digits = bytes[offset..<min(offset + 4, bytes.count)]
    guard digits.count == 4, digits.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }),
      let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw error("four hexadecimal digits") }
    offset += 4
    return unit
  }
}
