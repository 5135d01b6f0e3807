import Glibc
import Synchronization

/// The lines at the end of a terminal that are redrawn repeatedly, as the texts that do it.
///
/// The cursor always rests at the start of the line below the region. Lines are erased one by one: tmux keeps an
/// erased whole screen, and would fill its history with copies.
struct LiveRegion {
  private var shown: [Line] = []
  private var size = TerminalSize(columns: 80, rows: 24)

  /// The text that turns what is shown into `lines`. Only lines that differ are written.
  mutating func update(_ lines: [Line], size: TerminalSize, style: Style) -> String {
    // One row is the cursor's.
    let lines = Array(lines.prefix(size.rows - 1))
    var text = ""
    if size != self.size {
      text += erase(rowsShown(at: size))
      shown = []
      self.size = size
    }
    guard !text.isEmpty || lines != shown else { return "" }
    text += Self.up(shown.count)
    for (index, line) in lines.enumerated() {
      if index >= shown.count || shown[index] != line { text += draw(line, style: style) }
      text += "\r\n"
    }
    let left = max(0, shown.count - lines.count)
    text += String(repeating: "\u{1B}[2K\r\n", count: left) + Self.up(left)
    // What was typed meanwhile, such as ^C, is in the cursor's line.
    text += "\u{1B}[K"
    shown = lines
    return Self.frame(text)
  }

  /// The text that removes the region.
  mutating func clear(size: TerminalSize) -> String {
    guard !shown.isEmpty else { return "" }
    let text = erase(rowsShown(at: size))
    shown = []
    return Self.frame(text)
  }

  /// The text that puts `lines` in the region's place for good; there may be more of them than the screen has rows.
  mutating func replace(by lines: [Line], size: TerminalSize, style: Style) -> String {
    let rows = rowsShown(at: size)
    self.size = size
    shown = []
    let text = Self.up(rows) + lines.map { draw($0, style: style) + "\r\n" }.joined()
    let left = max(0, rows - lines.count)
    return Self.frame(text + String(repeating: "\u{1B}[2K\r\n", count: left) + Self.up(left))
  }

  /// Forgets what is shown, because something else was written below it.
  mutating func abandon() { shown = [] }

  private func draw(_ line: Line, style: Style) -> String {
    // After a full line the cursor is still on its last character, which must not be erased.
    line.text(style, columns: size.columns) + (line.width < size.columns ? "\u{1B}[K" : "")
  }

  /// Rows that the region takes now: a terminal that became narrower has wrapped its lines.
  private func rowsShown(at size: TerminalSize) -> Int {
    let rows = shown.reduce(0) { $0 + max(1, ($1.width + size.columns - 1) / size.columns) }
    return min(rows, size.rows - 1)
  }

  private func erase(_ rows: Int) -> String {
    Self.up(rows) + String(repeating: "\u{1B}[2K\r\n", count: rows) + Self.up(rows)
  }

  private static func up(_ rows: Int) -> String { rows > 0 ? "\r\u{1B}[\(rows)A" : "" }

  /// Synchronised output (mode 2026), so that a terminal that knows it shows the frame as a whole; and no automatic
  /// wrapping (mode 7), so that a character that is wider than expected breaks no line.
  private static func frame(_ text: String) -> String {
    "\u{1B}[?2026h\u{1B}[?7l" + text + "\u{1B}[?7h\u{1B}[?2026l"
  }
}

/// Hides the terminal's cursor, makes the terminal pass on single keys meanwhile if requested, and restores both
/// however the process ends: by `exit`, by a signal, by a trap. After Ctrl-Z and `fg` it hides the cursor again.
package enum CursorGuard {
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
  package static func show() {
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
    let address = unsafeBitCast(former.__sigaction_handler, to: Int.self)
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
