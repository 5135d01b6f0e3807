import Foundation

/// IP addresses as text.
package enum InternetAddress {
  /// Four or sixteen bytes, `nil` for other texts; an IPv4 address that is written as IPv6 has four. There is no zone.
  package static func bytes(of text: String) -> [UInt8]? {
    // The C function would read no further than there.
    guard !text.utf8.contains(0) else { return nil }
    var four = in_addr()
    if inet_pton(AF_INET, text, &four) == 1 { return withUnsafeBytes(of: &four) { Array($0) } }
    var six = in6_addr()
    guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
    let bytes = withUnsafeBytes(of: &six) { Array($0) }
    let isMapped = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
    return isMapped ? Array(bytes[12...]) : bytes
  }
}
