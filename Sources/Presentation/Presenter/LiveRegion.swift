/// The lines at the end of a terminal that are drawn over and over, as the texts that do it.
///
/// The cursor always rests at the start of the line below the region.
struct LiveRegion {
  private var shown: [Line] = []
  private var size = TerminalSize(columns: 80, rows: 24)

  /// The text that turns what is shown into `lines`. Only lines that differ are written.
  mutating func update(_ lines: [Line], size: TerminalSize, style: Style) -> String {
    // One row is the cursor's.
    let lines = Array(lines.prefix(size.rows - 1))
    let isSameSize = size == self.size
    var text = ""
    if !isSameSize || shown.count > size.rows - 1 {
      text += up(rowsShown(at: size)) + "\u{1B}[J"
      shown = []
    }
    text += up(shown.count)
    for (index, line) in lines.enumerated() {
      if index >= shown.count || shown[index] != line {
        text += line.text(style, columns: size.columns)
        // Behind a full line the cursor still stands on its last character; that one must not be erased.
        if line.width < size.columns { text += "\u{1B}[K" }
      }
      text += "\r\n"
    }
    if lines.count < shown.count { text += "\u{1B}[J" }
    let isChanged = !isSameSize || shown != lines
    shown = lines
    self.size = size
    return isChanged ? Self.frame(text) : ""
  }

  /// The text that removes the region.
  mutating func clear(size: TerminalSize) -> String {
    guard !shown.isEmpty else { return "" }
    let text = up(rowsShown(at: size)) + "\u{1B}[J"
    shown = []
    return Self.frame(text)
  }

  /// Forgets what is shown, because something else was written below it.
  mutating func abandon() { shown = [] }

  /// Rows that the region takes now: a terminal that was made narrower has broken its lines.
  private func rowsShown(at size: TerminalSize) -> Int {
    let rows = shown.reduce(0) { $0 + max(1, ($1.width + size.columns - 1) / size.columns) }
    return min(rows, size.rows - 1)
  }

  private func up(_ rows: Int) -> String { rows > 0 ? "\r\u{1B}[\(rows)A" : "\r" }

  /// Synchronised output (mode 2026), so that a terminal that knows it shows the frame as a whole; and no automatic
  /// wrapping (mode 7), so that a character that is wider than expected breaks no line.
  private static func frame(_ text: String) -> String {
    "\u{1B}[?2026h\u{1B}[?7l" + text + "\u{1B}[?7h\u{1B}[?2026l"
  }
}
