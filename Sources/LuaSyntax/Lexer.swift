/// Cuts a text into tokens, as Lua 5.4's own lexer does.
struct Lexer {
  let bytes: [UInt8]
  var offset = 0
  private(set) var comments: [Comment] = []

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The byte at the offset, or one further on; `nil` behind the end.
  func peek(_ ahead: Int = 0) -> UInt8? { offset + ahead < bytes.count ? bytes[offset + ahead] : nil }

  func error(_ message: String, from start: Int) -> LuaSyntaxError {
    LuaSyntaxError(message, SourceRange(start, min(max(offset, start + 1), max(bytes.count, start))))
  }

  mutating func next() throws(LuaSyntaxError) -> Token {
    try skipBlanks()
    let start = offset
    let kind = try read()
    return Token(kind: kind, range: SourceRange(start, offset))
  }

  private mutating func read() throws(LuaSyntaxError) -> Token.Kind {
    guard let byte = peek() else { return .end }
    switch byte {
    case UInt8(ascii: "'"), UInt8(ascii: "\""): return .string(try quoted(byte))
    case UInt8(ascii: "["):
      switch separator() {
      case .long(let level): return .string(try longText(level, of: "text"))
      case .none: return sign(1)
      case .broken(let length):
        let start = offset
        offset += length
        throw error("a long text begins with '[[' or '[=['", from: start)
      }
    case _ where byte.isDigit || byte == UInt8(ascii: ".") && (peek(1)?.isDigit ?? false): return try number()
    case _ where byte.isNameStart:
      let start = offset
      while let next = peek(), next.isNameStart || next.isDigit { offset += 1 }
      let name = String(decoding: bytes[start..<offset], as: UTF8.self)
      return Keyword.byName[name].map { .keyword($0) } ?? .name(name)
    default:
      for length in [3, 2] where offset + length <= bytes.count {
        if Self.signs.contains(String(decoding: bytes[offset..<(offset + length)], as: UTF8.self)) {
          return sign(length)
        }
      }
      return sign(characterLength)
    }
  }

  private static let signs: Set<String> = ["...", "..", "==", "~=", "<=", ">=", "<<", ">>", "//", "::"]

  private mutating func sign(_ length: Int) -> Token.Kind {
    defer { offset += length }
    return .sign(String(decoding: bytes[offset..<(offset + length)], as: UTF8.self))
  }

  /// The bytes of the character here, so that a message shows a whole one.
  private var characterLength: Int {
    var length = 1
    guard bytes[offset] >= 0xC0 else { return length }
    while length < 4, let next = peek(length), next & 0xC0 == 0x80 { length += 1 }
    return length
  }

  private mutating func skipBlanks() throws(LuaSyntaxError) {
    while let byte = peek() {
      if byte == UInt8(ascii: "-"), peek(1) == UInt8(ascii: "-") {
        try comment()
      } else if byte.isBlank {
        offset += 1
      } else {
        return
      }
    }
  }

  private mutating func comment() throws(LuaSyntaxError) {
    let start = offset
    offset += 2
    if peek() == UInt8(ascii: "["), case .long(let level) = separator() {
      let text = try longText(level, of: "comment", from: start)
      comments.append(Comment(text: String(decoding: text, as: UTF8.self), range: SourceRange(start, offset)))
      return
    }
    while let byte = peek(), byte != 10, byte != 13 { offset += 1 }
    let text = String(decoding: bytes[(start + 2)..<offset], as: UTF8.self)
    comments.append(Comment(text: text, range: SourceRange(start, offset)))
  }
}

extension UInt8 {
  var isDigit: Bool { self >= 48 && self <= 57 }
  /// Whether a name can begin with it: Lua knows ASCII letters and the underscore.
  var isNameStart: Bool { self >= 65 && self <= 90 || self >= 97 && self <= 122 || self == 95 }
  /// Blank, tab, line end, vertical tab, form feed.
  var isBlank: Bool { self == 32 || self >= 9 && self <= 13 }
  /// The value of a hexadecimal digit.
  var hexadecimal: UInt32? {
    switch self {
    case 48...57: UInt32(self) - 48
    case 65...70: UInt32(self) - 55
    case 97...102: UInt32(self) - 87
    default: nil
    }
  }
}

extension Lexer {
  /// A number. As in Lua, everything that looks like a part of it is taken, and must then be a number.
  mutating func number() throws(LuaSyntaxError) -> Token.Kind {
    let start = offset
    let isHexadecimal = peek() == 48 && (peek(1) == UInt8(ascii: "x") || peek(1) == UInt8(ascii: "X"))
    let marks: [UInt8] = isHexadecimal ? Array("pP".utf8) : Array("eE".utf8)
    offset += isHexadecimal ? 2 : 1
    while let byte = peek() {
      if marks.contains(byte) {
        offset += 1
        if peek() == UInt8(ascii: "+") || peek() == UInt8(ascii: "-") { offset += 1 }
      } else if byte.hexadecimal != nil || byte == UInt8(ascii: ".") {
        offset += 1
      } else {
        break
      }
    }
    if peek()?.isNameStart == true { offset += 1 }
    let text = String(decoding: bytes[start..<offset], as: UTF8.self)
    guard let parts = NumberParts(bytes[start..<offset], isHexadecimal: isHexadecimal) else {
      throw error("'\(text)' is not a number", from: start)
    }
    if parts.isInteger {
      if !isHexadecimal {
        if let value = Int64(text) { return .integer(value) }
      } else {
        // Hexadecimal whole numbers wrap around.
        return .integer(
          Int64(
            truncatingIfNeeded: bytes[(start + 2)..<offset].reduce(UInt64(0)) { $0 &* 16 &+ UInt64($1.hexadecimal!) }))
      }
    }
    return .number(Double(text) ?? .infinity)
  }
}

/// The form of a number: digits, a point, an exponent.
private struct NumberParts {
  var isInteger = true

  init?(_ text: ArraySlice<UInt8>, isHexadecimal: Bool) {
    var rest = text.dropFirst(isHexadecimal ? 2 : 0)
    func takeDigits(_ isDigit: (UInt8) -> Bool) -> Int {
      let before = rest.count
      rest = rest.drop(while: isDigit)
      return before - rest.count
    }
    let isDigit: (UInt8) -> Bool = isHexadecimal ? { $0.hexadecimal != nil } : { $0.isDigit }
    var digits = takeDigits(isDigit)
    if rest.first == UInt8(ascii: ".") {
      isInteger = false
      rest.removeFirst()
      digits += takeDigits(isDigit)
    }
    guard digits > 0 else { return nil }
    if let mark = rest.first, Array((isHexadecimal ? "pP" : "eE").utf8).contains(mark) {
      isInteger = false
      rest.removeFirst()
      if rest.first == UInt8(ascii: "+") || rest.first == UInt8(ascii: "-") { rest.removeFirst() }
      guard takeDigits(\.isDigit) > 0 else { return nil }
    }
    guard rest.isEmpty else { return nil }
  }
}

/// A word of Lua.
struct Token {
  enum Kind: Equatable {
    case name(String)
    case keyword(Keyword)
    /// A sign such as `==`, or any byte that begins no word.
    case sign(String)
    case integer(Int64)
    case number(Double)
    case string([UInt8])
    case end
  }

  var kind: Kind
  var range: SourceRange

  /// The token for a message.
  var shown: String {
    switch kind {
    case .name(let name): "'\(name)'"
    case .keyword(let word): "'\(word.rawValue)'"
    case .sign(let sign): "'\(sign)'"
    case .integer, .number: "a number"
    case .string: "a text"
    case .end: "the end of the file"
    }
  }
}

/// The reserved words of Lua 5.4.
enum Keyword: String, CaseIterable {
  case and, `break`, `do`, `else`, elseif, end, `false`, `for`, function, goto, `if`, `in`, local, `nil`, not, or
  case `repeat`, `return`, then, `true`, until, `while`

  static let byName = Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0) })
}
