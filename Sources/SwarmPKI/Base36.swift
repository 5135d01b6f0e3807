/// Numbers in base 36 with a fixed number of digits, as join tokens have them: `0` to `9` and `a` to `z`, most
/// significant first, filled with zeros on the left.
public enum Base36 {
  /// How many digits a number of that many bytes needs: 50 for 32 bytes, 25 for 16.
  public static func width(ofBytes count: Int) -> Int {
    // 36^n must not be less than 256^count.
    var digits = [UInt8](repeating: 0xFF, count: count)
    var width = 0
    while digits.contains(where: { $0 != 0 }) {
      _ = divide(&digits, by: 36)
      width += 1
    }
    return width
  }

  /// Writes bytes, most significant first, with all the digits that so many bytes may need.
  public static func encode(_ bytes: [UInt8]) -> String {
    var rest = bytes
    var digits: [UInt8] = []
    for _ in 0..<width(ofBytes: bytes.count) {
      digits.append(alphabet[Int(divide(&rest, by: 36))])
    }
    return String(decoding: digits.reversed(), as: UTF8.self)
  }

  /// Reads a number of exactly the width that `count` bytes need.
  ///
  /// - Returns: The bytes, most significant first; `nil` for another number of digits, for a character that is not a
  ///   digit (capital letters are not), and for a number that does not fit.
  public static func decode(_ text: some StringProtocol, count: Int) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count == width(ofBytes: count) else { return nil }
    var bytes = [UInt8](repeating: 0, count: count)
    for digit in digits {
      guard let value = alphabet.firstIndex(of: digit) else { return nil }
      var carry = value
      for index in bytes.indices.reversed() {
        let sum = Int(bytes[index]) * 36 + carry
        bytes[index] = UInt8(truncatingIfNeeded: sum)
        carry = sum >> 8
      }
      guard carry == 0 else { return nil }
    }
    return bytes
  }

  private static let alphabet = Array("0123456789abcdefghijklmnopqrstuvwxyz".utf8)

  /// Divides a number in place and gives the remainder.
  private static func divide(_ bytes: inout [UInt8], by divisor: Int) -> UInt8 {
    var remainder = 0
    for index in bytes.indices {
      let part = remainder << 8 | Int(bytes[index])
      bytes[index] = UInt8(part / divisor)
      remainder = part % divisor
    }
    return UInt8(remainder)
  }
}
