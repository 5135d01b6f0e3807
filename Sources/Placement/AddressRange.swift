import Values

/// An IP address, or a network in CIDR form.
struct AddressRange {
  private let bytes: [UInt8]
  private let prefixLength: Int

  /// Reads `10.0.0.1`, `10.0.0.0/8`, `2001:db8::1` or `2001:db8::/32`.
  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let bytes = InternetAddress.bytes(of: String(parts[0])) else { return nil }
    guard parts.count == 2 else {
      self.bytes = bytes
      prefixLength = bytes.count * 8
      return
    }
    guard let length = Int(parts[1]), (0...bytes.count * 8).contains(length) else { return nil }
    self.bytes = bytes
    prefixLength = length
  }

  /// Whether an address is this one or lies in this network. What is not an address lies nowhere.
  func contains(_ address: String) -> Bool {
    guard let other = InternetAddress.bytes(of: address), other.count == bytes.count else { return false }
    return (0..<prefixLength).allSatisfy { bit in
      (bytes[bit / 8] ^ other[bit / 8]) & (0x80 >> UInt8(bit % 8)) == 0
    }
  }
}
