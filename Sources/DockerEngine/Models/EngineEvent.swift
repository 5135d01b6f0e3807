import Foundation
import Values

/// Something that happened on an engine or, at a manager, in the swarm.
package struct EngineEvent: Sendable, Hashable {
  /// What it happened to: `service`, `node`, `network`, `container` and so on.
  package let type: String
  /// What happened: `create`, `update`, `remove`, `die` and so on.
  package let action: String
  /// The ID of what it happened to.
  package let actorID: String
  /// Further members, such as its name.
  package let attributes: [String: String]
  /// `local` or `swarm`.
  package let scope: String
  /// When, in nanoseconds since 1970.
  package let time: Int64

  init(_ json: Value) throws {
    let json = try json.object()
    type = json.text("Type")
    action = json.text("Action")
    actorID = json.child("Actor").text("ID")
    attributes = json.child("Actor").map("Attributes")
    scope = json.text("scope")
    time = json.integer("timeNano")
  }
}

/// A line that a task wrote, or what the engine says about the log itself.
package struct LogLine: Sendable, Hashable {
  /// Where it was written to.
  package let stream: Stream
  /// The line, without its end.
  package let text: String
  /// When, in RFC 3339, as the engine wrote it.
  package let time: String
  /// The task that wrote it; empty where the engine does not say.
  package let taskID: String
  /// The node that it ran on; empty where the engine does not say.
  package let nodeID: String

  /// Where a line was written to.
  package enum Stream: String, Sendable, Hashable {
    case output = "stdout"
    case error = "stderr"
    /// The engine's own words: why a part of the log can't be read.
    case engine
  }
}

/// Which lines of a log to read.
package struct LogQuery: Sendable, Hashable {
  /// The last lines of each task; `nil` for all.
  package var tail: Int?
  /// Lines from that moment on.
  package var since: Date?
  /// How long the engine may take for all of it.
  package var limit: Duration

  package init(tail: Int? = nil, since: Date? = nil, limit: Duration = .seconds(60)) {
    self.tail = tail
    self.since = since
    self.limit = limit
  }

  var query: [(name: String, value: String)] {
    var query = [("stdout", "true"), ("stderr", "true"), ("timestamps", "true"), ("details", "true")]
    if let tail { query.append(("tail", String(max(0, tail)))) }
    if let since { query.append(("since", String(format: "%.3f", since.timeIntervalSince1970))) }
    return query.map { (name: $0.0, value: $0.1) }
  }
}
