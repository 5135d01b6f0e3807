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
