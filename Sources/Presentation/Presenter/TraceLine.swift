import Foundation
import Journal
import Values

/// A traced call as a line: time, host, path, line of the runbook, the call, its result, how long it took.
public struct TraceLine: Sendable {
  private let event: Event
  private let style: Style

  /// How much of an argument and of a result is shown.
  private static let limit = 200

  /// The line of an event of the kind `call.traced`.
  public init(_ event: Event, style: Style) {
    self.event = event
    self.style = style
  }

  /// The line, without a line break.
  public var text: String {
    guard let content = event.content(Event.CallTraced.self) else { return "" }
    let given = content.arguments.map { LuaText.line($0.value, limit: Self.limit) }
    let path = event.path.map { "\($0)\(content.check == true ? " (check)" : "")" } ?? "between steps"
    let duration = Self.duration(content.seconds), ending: String
    if let failure = content.failure {
      ending = "failed after \(duration): \(failure.message)" + (failure.cause.map { " (\($0))" } ?? "")
    } else {
      ending = "\(LuaText.line(content.result ?? .null, limit: Self.limit)) in \(duration)"
    }
    var line = Line(MomentText(timeZone: style.timeZone).clock(event.at), .faint)
    line.append("  " + (event.host ?? "-") + "  " + path)
    if let location = content.location { line.append("  " + location.description, .faint) }
    line.append("  " + content.primitive + "(" + given.joined(separator: ", ") + ")", .strong)
    line.append(" → " + ending, content.failure == nil ? .plain : .bad)
    return line.text(style)
  }

  private static func duration(_ seconds: Double) -> String {
    seconds < 1 ? "\(Int((seconds * 1000).rounded())) ms" : DurationText.of(seconds)
  }
}
