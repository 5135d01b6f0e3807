import Values

/// An IPv4 or IPv6 address, so that two spellings of one address are known to be the same.
struct IPAddress: Hashable {
  private let bytes: [UInt8]

  /// Reads an address: four decimal numbers, or IPv6 without a zone. `nil` for anything else.
  init?(_ text: String) {
    guard let bytes = InternetAddress.bytes(of: text) else { return nil }
    self.bytes = bytes
  }

  /// One text for all spellings of the address, to compare it with other text.
  var canonicalText: String { bytes.map { String($0) }.joined(separator: ".") }

  /// Whether a host can have it: it is neither "any address" nor a multicast or broadcast one.
  var isUsableForHost: Bool {
    if bytes.allSatisfy({ $0 == 0 }) || bytes.allSatisfy({ $0 == 255 }) { return false }
    return bytes.count == 4 ? !(224...239).contains(bytes[0]) : bytes[0] != 0xFF
  }
}
