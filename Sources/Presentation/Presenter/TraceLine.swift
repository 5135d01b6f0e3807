import Foundation
import Journal
import Values

/// A traced call as a line: time, host, path, line of the runbook, the call, what came of it, how long it took.
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
    let payload = event.payload
    let given = (payload["arguments"]?.arrayValue ?? []).map {
      LuaText.line($0["value"] ?? .null, limit: Self.limit)
    }
    let path = event.path.map { "\($0)\(payload["check"] == true ? " (check)" : "")" } ?? "between steps"
    let seconds =
      switch payload["seconds"] {
      case .number(let number): number
      case .integer(let number): Double(number)
      default: 0.0
      }
    let ending: String
    if let failure = payload["failure"].map(Failure.init(value:)) {
      ending = "failed after \(Self.duration(seconds)): \(failure.message)" + (failure.cause.map { " (\($0))" } ?? "")
    } else {
      ending = "\(LuaText.line(payload["result"] ?? .null, limit: Self.limit)) in \(Self.duration(seconds))"
    }
    var line = Line(MomentText(timeZone: style.timeZone).clock(event.at), .faint)
    line.append("  " + (event.host ?? "-") + "  " + path)
    if let place = payload["place"]?.stringValue { line.append("  " + place, .faint) }
    line.append("  " + (payload["primitive"]?.stringValue ?? "") + "(" + given.joined(separator: ", ") + ")", .strong)
    line.append(" → " + ending, payload["failure"] == nil ? .plain : .bad)
    return line.text(style)
  }

  private static func duration(_ seconds: Double) -> String {
    seconds < 1 ? "\(Int((seconds * 1000).rounded())) ms" : DurationText.of(seconds)
  }
}
