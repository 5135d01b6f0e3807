import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Hides the terminal's cursor, makes the terminal pass on single keys meanwhile if requested, and restores both
/// however the process ends: by `exit`, by a signal, by a trap. After Ctrl-Z and `fg` it hides the cursor again.
public enum CursorGuard {
  /// The descriptor whose cursor is hidden; -1 for none.
  private static let hidden = Atomic<Int32>(-1)
  private static let isInstalled = Atomic<Bool>(false)
  private static let wasStopped = Atomic<Bool>(false)

  static func hide(on descriptor: Int32) {
    install()
    if hidden.exchange(descriptor, ordering: .sequentiallyConsistent) < 0 {
      put(.hide, on: descriptor)
      KeyMode.enter()
    }
  }

  /// Shows the cursor now, if it is hidden. Safe in a signal handler.
  public static func show() {
    let descriptor = hidden.exchange(-1, ordering: .sequentiallyConsistent)
    if descriptor >= 0 {
      put(.show, on: descriptor)
      KeyMode.leave()
    }
  }

  /// Whether the cursor is hidden now.
  static var isHidden: Bool { hidden.load(ordering: .sequentiallyConsistent) >= 0 }

  /// Whether the process was stopped and continued since the last question.
  static func takeWasStopped() -> Bool { wasStopped.exchange(false, ordering: .sequentiallyConsistent) }

  private enum Command { case hide, show }

  /// Safe in a signal handler: one system call, no allocation.
  private static func put(_ command: Command, on descriptor: Int32) {
    // ESC [ ? 25 l or h
    var bytes: (UInt8, UInt8, UInt8, UInt8, UInt8, UInt8) = (0x1B, 0x5B, 0x3F, 0x32, 0x35, 0x6C)
    if case .show = command { bytes.5 = 0x68 }
    _ = write(descriptor, &bytes, 6)
  }

  private static func install() {
    guard !isInstalled.exchange(true, ordering: .sequentiallyConsistent) else { return }
    atexit { CursorGuard.show() }
    let ending = [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGABRT, SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP]
    for number in ending { handle(number) { CursorGuard.end(by: $0) } }
    handle(SIGTSTP) { CursorGuard.stop(by: $0) }
  }

  /// Takes a signal whose disposition is the default one; what the program handles itself stays.
  private static func handle(_ number: Int32, _ handler: @escaping @convention(c) (Int32) -> Void) {
    var former = sigaction()
    guard sigaction(number, nil, &former) == 0 else { return }
    #if canImport(Glibc)
      let address = unsafeBitCast(former.__sigaction_handler, to: Int.self)
    #else
      let address = unsafeBitCast(former.__sigaction_u, to: Int.self)
    #endif
    if address == 0 { _ = signal(number, handler) }
  }

  private static func end(by number: Int32) {
    show()
    _ = signal(number, SIG_DFL)
    _ = raise(number)
  }

  private static func stop(by number: Int32) {
    let descriptor = hidden.load(ordering: .sequentiallyConsistent)
    if descriptor >= 0 {
      put(.show, on: descriptor)
      KeyMode.leave()
    }
    _ = signal(number, SIG_DFL)
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, number)
    _ = raise(number)
    // It stops here, and continues here after SIGCONT.
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    _ = signal(number) { CursorGuard.stop(by: $0) }
    wasStopped.store(true, ordering: .sequentiallyConsistent)
    if descriptor >= 0 {
      put(.hide, on: descriptor)
      KeyMode.enter()
    }
  }
}
