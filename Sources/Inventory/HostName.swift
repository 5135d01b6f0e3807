/// The form of host names (RFC 1123, with the underscore that some sites use).
enum HostName {
  /// Whether a text can be a host name. One whose last part is a number is a mistyped IP address.
  static func isValid(_ text: String) -> Bool {
    guard (1...253).contains(text.utf8.count) else { return false }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard let last = parts.last, !last.allSatisfy({ ("0"..."9").contains($0) }) else { return false }
    return parts.allSatisfy(isValidPart)
  }

  private static func isValidPart(_ part: Substring) -> Bool {
    guard (1...63).contains(part.utf8.count), part.first != "-", part.last != "-" else { return false }
    return part.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
  }
}
