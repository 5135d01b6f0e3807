/// The message that carries a swarm's root certificates: gRPC's frame around `GetRootCACertificateResponse` of
/// swarmkit's `api/ca.proto`, whose only member is `bytes certificate = 1`.
enum RootMessage {
  /// The question has no members.
  static let question: [UInt8] = [0, 0, 0, 0, 0]

  /// The certificates in an answer; `nil` when it is nothing like that.
  static func certificates(in bytes: [UInt8]) -> [UInt8]? {
    // A mark for compression, which was not offered, and the length of the message.
    guard bytes.count >= 5, bytes[0] == 0 else { return nil }
    let length = bytes[1..<5].reduce(0) { $0 << 8 | Int($1) }
    guard bytes.count == 5 + length else { return nil }
    var rest = bytes[5...]
    var found: [UInt8]?
    while !rest.isEmpty {
      guard let tag = number(&rest) else { return nil }
      // Members that are not known are left out, as protobuf wants it.
      switch tag & 7 {
      case 0: guard number(&rest) != nil else { return nil }
      case 1: guard take(8, &rest) != nil else { return nil }
      case 2:
        guard let length = number(&rest), let value = take(length, &rest) else { return nil }
        if tag >> 3 == 1 { found = Array(value) }
      case 5: guard take(4, &rest) != nil else { return nil }
      default: return nil
      }
    }
    return found
  }

  private static func take(_ count: UInt64, _ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard count <= UInt64(rest.count) else { return nil }
    defer { rest = rest.dropFirst(Int(count)) }
    return rest.prefix(Int(count))
  }

  /// Seven bits a byte, the lowest first; the eighth says that there are more.
  private static func number(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard let byte = rest.popFirst() else { return nil }
      value |= UInt64(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return value }
    }
    return nil
  }
}
