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
