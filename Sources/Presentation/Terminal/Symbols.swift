/// The program's own signs, in Unicode or in ASCII.
struct Symbols: Sendable {
  private let unicode: Bool
  init(_ style: Style) { unicode = style.hasUnicode }

  var done: String { unicode ? "✓" : "+" }
  var failed: String { unicode ? "✗" : "x" }
  var retrying: String { unicode ? "↻" : "~" }
  var waiting: String { "?" }
  var pending: String { unicode ? "·" : "." }
  var doubtful: String { "?" }
  var open: String { unicode ? "▾" : ">" }
  var ellipsis: String { unicode ? "…" : "..." }
  var bar: String { unicode ? "│" : "|" }
  var barDone: String { unicode ? "█" : "#" }
  var barOpen: String { unicode ? "░" : "." }
  var separator: String { unicode ? " · " : ", " }
  var arrow: String { unicode ? "→" : "->" }
  var into: String { unicode ? " › " : " > " }
  var changed: String { unicode ? "●" : "*" }
  var unchanged: String { "=" }
  var reads: String { unicode ? "○" : "o" }
  var unknown: String { "?" }

  /// One frame of the sign for a running step, by the tenth of a second.
  func spinner(_ tick: Int) -> String {
    let frames = unicode ? ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"] : ["|", "/", "-", "\\"]
    return frames[((tick % frames.count) + frames.count) % frames.count]
  }
}
