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
