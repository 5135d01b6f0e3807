import Foundation

/// What the reader's screen can show.
package struct Style: Sendable, Hashable {
  /// Whether colours and bold may be used.
  package var hasColour: Bool
  /// Whether more than ASCII may be used for the program's own signs.
  package var hasUnicode: Bool
  /// The time zone that clock times are shown in.
  package var timeZone: TimeZone

  package init(hasColour: Bool, hasUnicode: Bool, timeZone: TimeZone = .current) {
    self.hasColour = hasColour
    self.hasUnicode = hasUnicode
    self.timeZone = timeZone
  }

  /// Finds out from the environment.
  ///
  /// Colour needs a terminal that is not `dumb`, and no `NO_COLOR` (no-color.org: any value but the empty one).
  /// Unicode needs a UTF-8 locale by `LC_ALL`, `LC_CTYPE`, `LANG`, the first that is set, and no `dumb` terminal.
  package init(environment: [String: String], isTerminal: Bool, timeZone: TimeZone = .current) {
    let isDumb = environment["TERM"] == "dumb"
    let refusesColour = !(environment["NO_COLOR"] ?? "").isEmpty
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    let isUTF8 = locale.lowercased().contains("utf-8") || locale.lowercased().contains("utf8")
    self.init(
      hasColour: isTerminal && !isDumb && environment["TERM"] != nil && !refusesColour,
      hasUnicode: isUTF8 && !(isTerminal && isDumb), timeZone: timeZone)
  }
}

/// How a piece of text looks; what it means, not which colour it has.
enum Tone: Sendable {
  /// As it is.
  case plain
  /// Less important.
  case faint
  /// A heading.
  case strong
  /// Went well.
  case good
  /// Needs attention soon: a retry, a warning, a wait.
  case warning
  /// Went wrong.
  case bad
  /// Running now.
  case busy

  /// The SGR parameters of ECMA-48 that show it; the eight basic colours, so that the terminal's own theme decides.
  var graphicRendition: String {
    switch self {
    case .plain: ""
    case .faint: "2"
    case .strong: "1"
    case .good: "32"
    case .warning: "33"
    case .bad: "31"
    case .busy: "36"
    }
  }
}

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
