extension Lexer {
  /// What begins with a `[`.
  enum Separator {
    /// `[[` or `[=[`; the level is the number of `=`.
    case long(level: Int)
    /// A bracket alone.
    case none
    /// `[=` without a second bracket.
    case broken(length: Int)
  }

  func separator() -> Separator {
    var level = 0
    while peek(1 + level) == UInt8(ascii: "=") { level += 1 }
    if peek(1 + level) == UInt8(ascii: "[") { return .long(level: level) }
    return level == 0 ? .none : .broken(length: level + 1)
  }

  /// The text between long brackets, without a line end right after the first one; line ends become `\n`.
  mutating func longText(_ level: Int, of what: String, from begin: Int? = nil) throws(LuaSyntaxError) -> [UInt8] {
    let start = begin ?? offset
    offset += level + 2
    var text: [UInt8] = []
    if let byte = peek(), byte == 10 || byte == 13 { skipLineEnd() }
    while let byte = peek() {
      if byte == UInt8(ascii: "]") {
        var length = 1
        while peek(length) == UInt8(ascii: "=") { length += 1 }
        if length == level + 1, peek(length) == UInt8(ascii: "]") {
          offset += length + 1
          return text
        }
        text += bytes[offset..<(offset + length)]
        offset += length
      } else if byte == 10 || byte == 13 {
        skipLineEnd()
        text.append(10)
      } else {
        text.append(byte)
        offset += 1
      }
    }
    offset = start + level + 2
    throw error("this long \(what) has no end: ']\(String(repeating: "=", count: level))]' is missing", from: start)
  }

  /// Goes behind `\n`, `\r`, `\r\n` or `\n\r`.
  private mutating func skipLineEnd() {
    let byte = bytes[offset]
    offset += 1
    if let next = peek(), next == 10 || next == 13, next != byte { offset += 1 }
  }

  /// The text between quotes.
  mutating func quoted(_ quote: UInt8) throws(LuaSyntaxError) -> [UInt8] {
    let start = offset
    offset += 1
    var text: [UInt8] = []
    while let byte = peek() {
      switch byte {
      case quote:
        offset += 1
        return text
      case 10, 13: throw error("this text has no end on its line", from: start)
      case UInt8(ascii: "\\"): text += try escape()
      default:
        text.append(byte)
        offset += 1
      }
    }
    throw error("this text has no end", from: start)
  }

  /// The meaning of a backslash and what follows it.
  private mutating func escape() throws(LuaSyntaxError) -> [UInt8] {
    let start = offset
    offset += 1
    guard let byte = peek() else { return [] }
    if let plain = Self.escapes[byte] {
      offset += 1
      return [plain]
    }
    switch byte {
    case 10, 13:
      skipLineEnd()
      return [10]
    case UInt8(ascii: "z"):
      offset += 1
      while let next = peek(), next.isBlank { offset += 1 }
      return []
    case UInt8(ascii: "x"):
      guard let high = peek(1)?.hexadecimal, let low = peek(2)?.hexadecimal else {
        offset += 2
        throw error("expected two hexadecimal digits after '\\x'", from: start)
      }
      offset += 3
      return [UInt8(high * 16 + low)]
    case UInt8(ascii: "u"): return try scalar(from: start)
    case _ where byte.isDigit:
      var value = 0, length = 0
      while length < 3, let digit = peek(), digit.isDigit {
        value = value * 10 + Int(digit - 48)
        length += 1
        offset += 1
      }
      guard let result = UInt8(exactly: value) else { throw error("'\\\(value)' is above 255", from: start) }
      return [result]
    default:
      offset += 1
      throw error("there is no escape sequence '\\\(Character(UnicodeScalar(byte)))'", from: start)
    }
  }

  private static let escapes: [UInt8: UInt8] = [
    UInt8(ascii: "a"): 7, UInt8(ascii: "b"): 8, UInt8(ascii: "f"): 12, UInt8(ascii: "n"): 10, UInt8(ascii: "r"): 13,
    UInt8(ascii: "t"): 9, UInt8(ascii: "v"): 11, UInt8(ascii: "\\"): 92, UInt8(ascii: "'"): 39,
    UInt8(ascii: "\""): 34,
  ]

  /// `\u{XXX}`, up to 2³¹, in UTF-8 as Lua extends it.
  private mutating func scalar(from start: Int) throws(LuaSyntaxError) -> [UInt8] {
    offset += 1
    guard peek() == UInt8(ascii: "{") else { throw error("'{' is missing after '\\u'", from: start) }
    offset += 1
    var value: UInt32 = 0, digits = 0
    while let digit = peek()?.hexadecimal {
      guard value <= 0x7FFF_FFFF >> 4 else { throw error("this character is above the highest of UTF-8", from: start) }
      value = value << 4 + digit
      digits += 1
      offset += 1
    }
    guard digits > 0, peek() == UInt8(ascii: "}") else {
      throw error("'\\u{…}' needs hexadecimal digits between its braces", from: start)
    }
    offset += 1
    guard value >= 0x80 else { return [UInt8(value)] }
    var tail: [UInt8] = [], limit: UInt32 = 0x3F
    repeat {
      tail.insert(UInt8(0x80 | value & 0x3F), at: 0)
      value >>= 6
      limit >>= 1
    } while value > limit
    return [UInt8(truncatingIfNeeded: ~limit << 1 | value)] + tail
  }
}
