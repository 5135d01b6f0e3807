import Foundation

/// A line that a task wrote, or what the engine says about the log itself.
public struct LogLine: Sendable, Hashable {
  /// Where it was written to.
  public let stream: Stream
  /// The line, without its end.
  public let text: String
  /// When, in RFC 3339, as the engine wrote it.
  public let time: String
  /// The task that wrote it; empty where the engine does not say.
  public let taskID: String
  /// The node that it ran on; empty where the engine does not say.
  public let nodeID: String

  /// Where a line was written to.
  public enum Stream: String, Sendable, Hashable {
    case output = "stdout"
    case error = "stderr"
    /// The engine's own words: why a part of the log can't be read.
    case engine
  }
}

/// Which lines of a log to read.
public struct LogQuery: Sendable, Hashable {
  /// The last lines of each task; `nil` for all.
  public var tail: Int?
  /// Lines from that moment on.
  public var since: Date?
  /// How long the engine may take for all of it.
  public var limit: Duration

  /// Describes the lines.
  public init(tail: Int? = nil, since: Date? = nil, limit: Duration = .seconds(60)) {
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
