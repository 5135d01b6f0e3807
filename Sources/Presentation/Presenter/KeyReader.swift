import Foundation
import Glibc
import Synchronization

/// Reads single keys from standard input while a tree is shown, on a thread of its own.
package final class KeyReader: Sendable {
  private let isClosed = Mutex(false)

  /// Reads from now on; `nil` if standard input is not a terminal, or another program uses it now.
  ///
  /// - Parameter handle: gets each key; called on the reader's thread, so it must return at once.
  package init?(_ handle: @escaping @Sendable (Character) -> Void) {
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
  package func close() { isClosed.withLock { $0 = true } }

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

/// The terminal's input mode while a tree is shown: each key by itself, and not echoed. Ctrl-C and Ctrl-Z stay signals.
///
/// Entered and left together with the cursor, so a question at the terminal finds it as it was. All of it is safe in a
/// signal handler.
enum KeyMode {
  private static let isWanted = Atomic<Bool>(false)
  private static let isOn = Atomic<Bool>(false)
  /// The terminal's original mode. Written once, before ``isWanted`` is set, and only read after.
  nonisolated(unsafe) private static var former = termios()

  /// Keys are read one by one from now on, whenever the tree is shown. False if standard input is not our terminal.
  static func want() -> Bool {
    guard isForeground, tcgetattr(STDIN_FILENO, &former) == 0 else { return false }
    isWanted.store(true, ordering: .sequentiallyConsistent)
    if CursorGuard.isHidden { enter() }
    return true
  }

  /// Whether keys are read one by one now.
  static var isActive: Bool { isOn.load(ordering: .sequentiallyConsistent) }

  static func enter() {
    guard isWanted.load(ordering: .sequentiallyConsistent), isForeground else { return }
    var changed = former
    changed.c_lflag &= ~tcflag_t(ICANON | ECHO)
    if tcsetattr(STDIN_FILENO, TCSANOW, &changed) == 0 { isOn.store(true, ordering: .sequentiallyConsistent) }
  }

  static func leave() {
    guard isOn.exchange(false, ordering: .sequentiallyConsistent), isForeground else { return }
    var changed = former
    _ = tcsetattr(STDIN_FILENO, TCSANOW, &changed)
  }

  /// Whether the terminal is ours: to change it from the background would stop the process.
  private static var isForeground: Bool { tcgetpgrp(STDIN_FILENO) == getpgrp() }
}
