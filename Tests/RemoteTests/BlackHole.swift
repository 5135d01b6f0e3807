import Foundation
import Testing

/// A port of 127.0.0.1 that lets no connection come about and refuses none, like a firewall that drops.
///
/// Its queue of one is full, and the kernel does not answer a further call.
final class BlackHole: Sendable {
  let port: Int
  private let descriptors: [Int32]

  init() throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    var all = [listener]
    try withUnsafeMutablePointer(to: &address) { pointer in
      try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        try #require(bind(listener, address, length) == 0)
        try #require(listen(listener, 0) == 0)
        try #require(getsockname(listener, address, &length) == 0)
        for _ in 0..<3 {
          let caller = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
          _ = connect(caller, address, length)
          all.append(caller)
        }
      }
    }
    port = Int(UInt16(bigEndian: address.sin_port))
    descriptors = all
  }

  deinit { for descriptor in descriptors { close(descriptor) } }
}
