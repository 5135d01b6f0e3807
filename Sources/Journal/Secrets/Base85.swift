/// Bytes as text that JSON does not lengthen: five characters for four bytes, none of which JSON escapes. The alphabet is that
/// of RFC 1924.
enum Base85 {
  private static let alphabet = Array(
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~".utf8)
  private static let values: [UInt8] = {
    var values = [UInt8](repeating: 255, count: 256)
    for (value, character) in alphabet.enumerated() { values[Int(character)] = UInt8(value) }
    return values
  }()

  /// A last group with fewer than four bytes takes one character more than it has bytes.
  static func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count / 4 * 5 + 5)
    var begin = 0
    while begin < bytes.count {
      let count = min(4, bytes.count - begin)
      var word: UInt32 = 0
      for index in 0..<4 { word = word << 8 | (index < count ? UInt32(bytes[begin + index]) : 0) }
      var divisor: UInt32 = 85 * 85 * 85 * 85
      for _ in 0...count {
        text.append(alphabet[Int(word / divisor)])
        word %= divisor
        divisor /= 85
      }
      begin += 4
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// `nil` for texts that ``encode(_:)`` does not give.
  static func decode(_ text: String) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count % 5 != 1 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 5 * 4 + 4)
    var begin = 0
    while begin < digits.count {
      let count = min(5, digits.count - begin)
      var word: UInt64 = 0
      for index in 0..<5 {
        // Filled up with the highest digit, so that what was cut off rounds up to the bytes that were there.
        let value = index < count ? values[Int(digits[begin + index])] : 84
        guard value < 85 else { return nil }
        word = word * 85 + UInt64(value)
      }
      guard word <= UInt64(UInt32.max) else { return nil }
      for index in 0..<(count - 1) { bytes.append(UInt8(truncatingIfNeeded: word >> (24 - 8 * UInt64(index)))) }
      begin += 5
    }
    return bytes
  }
}
