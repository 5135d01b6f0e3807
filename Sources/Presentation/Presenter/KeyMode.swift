import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

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
