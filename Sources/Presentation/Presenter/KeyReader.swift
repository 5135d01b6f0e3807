import Foundation
import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Reads single keys from standard input while a tree is shown, on a thread of its own.
public final class KeyReader: Sendable {
  private let isClosed = Mutex(false)

  /// Reads from now on; `nil` if standard input is not a terminal, or another program uses it now.
  ///
  /// - Parameter handle: gets each key; called on the reader's thread, so it must return at once.
  public init?(_ handle: @escaping @Sendable (Character) -> Void) {
    guard KeyMode.want() else { return nil }
    let thread = Thread { [weak self] in
      while let self, !self.isClosed.withLock({ $0 }) {
        guard let keys = Self.pressed() else { return }
        keys.forEach(handle)
      }
    }
    thread.name = "keys"
    thread.start()
  }

  /// Reads no more.
  public func close() { isClosed.withLock { $0 = true } }

  deinit { close() }

  /// The keys that were pressed within a tenth of a second; `nil` at the end of input. Answers to a question are not
  /// read here.
  private static func pressed() -> String? {
    guard KeyMode.isActive else {
      usleep(100_000)
      return ""
    }
    var descriptor = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    guard poll(&descriptor, 1, 100) > 0, KeyMode.isActive else { return "" }
    var bytes = [UInt8](repeating: 0, count: 64)
    let count = read(STDIN_FILENO, &bytes, bytes.count)
    guard count > 0 else { return count < 0 && errno == EINTR ? "" : nil }
    // An arrow or another key that sends several characters is none of ours.
    if bytes[0] == 0x1B { return "" }
    return String(decoding: bytes.prefix(count), as: UTF8.self)
  }
}
