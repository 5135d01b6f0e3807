import Foundation

/// What the reader's screen can show.
public struct Style: Sendable, Hashable {
  /// Whether colours and bold may be used.
  public var hasColour: Bool
  /// Whether more than ASCII may be used for the program's own signs.
  public var hasUnicode: Bool
  /// The time zone that clock times are shown in.
  public var timeZone: TimeZone

  /// Describes a screen.
  public init(hasColour: Bool, hasUnicode: Bool, timeZone: TimeZone = .current) {
    self.hasColour = hasColour
    self.hasUnicode = hasUnicode
    self.timeZone = timeZone
  }

  /// Finds out from the environment.
  ///
  /// Colour needs a terminal that is not `dumb`, and no `NO_COLOR` (no-color.org: any value but the empty one).
  /// Unicode needs a UTF-8 locale by `LC_ALL`, `LC_CTYPE`, `LANG`, the first that is set, and no `dumb` terminal.
  public init(environment: [String: String], isTerminal: Bool, timeZone: TimeZone = .current) {
    let isDumb = environment["TERM"] == "dumb"
    let refusesColour = !(environment["NO_COLOR"] ?? "").isEmpty
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
    let isUTF8 = locale.lowercased().contains("utf-8") || locale.lowercased().contains("utf8")
    self.init(
      hasColour: isTerminal && !isDumb && environment["TERM"] != nil && !refusesColour,
      hasUnicode: isUTF8 && !(isTerminal && isDumb), timeZone: timeZone)
  }
}
