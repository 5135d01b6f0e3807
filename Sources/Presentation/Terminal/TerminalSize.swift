import Glibc

/// A terminal's size in characters.
package struct TerminalSize: Sendable, Hashable {
  /// Characters in a line.
  package var columns: Int
  /// Lines.
  package var rows: Int

  /// Names a size; nothing is smaller than 20 x 4.
  package init(columns: Int, rows: Int) {
    self.columns = max(20, columns)
    self.rows = max(4, rows)
  }

  /// The size of the terminal behind a file descriptor; `nil` when it is not a terminal or does not say.
  package static func current(of descriptor: Int32) -> TerminalSize? {
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return nil }
    return TerminalSize(columns: Int(size.ws_col), rows: Int(size.ws_row))
  }
}
