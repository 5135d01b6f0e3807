import Foundation
import Journal

/// When each attempt of each step was running, host by host, from the run's events.
struct Timeline {
  /// An attempt of a step.
  struct Bar {
    /// How it ended.
    enum End: String {
      case changed, read, alreadySo = "already", settled, failed, open
    }
    var path: String
    var attempt: Int
    var start: Date
    var end: Date
    var how: End
  }

  /// The attempts on one host; each lane holds some that do not overlap.
  struct Row {
    /// The host's inventory name; `nil` for steps that concern no host in particular.
    var host: String?
    var lanes: [[Bar]]
  }

  let rows: [Row]
  /// When the run was being executed: one piece per execution.
  let executions: [ClosedRange<Date>]

  /// - Parameter now: until when an execution lasts that has not ended; `nil` takes its last known moment.
  init(events: [Event], until now: Date? = nil) {
    var open: [String: Bar] = [:], hosts: [String: String] = [:], done: [Bar] = []
    var pieces: [ClosedRange<Date>] = []

    func close(_ path: String?, at date: Date, _ how: Bar.End) {
      guard let path, var bar = open.removeValue(forKey: path) else { return }
      bar.end = max(bar.start, date)
      bar.how = how
      done.append(bar)
    }
    for event in events {
      if let path = event.path, let host = event.host { hosts[path] = hosts[path] ?? host }
      switch event.kind {
      case .runStarted:
        for path in open.keys.sorted() { close(path, at: pieces.last?.upperBound ?? event.at, .open) }
        pieces.append(event.at...event.at)
      case .stepStarted:
        guard let path = event.path else { break }
        open[path] = Bar(path: path, attempt: event.attempt ?? 1, start: event.at, end: event.at, how: .open)
      case .attemptFailed, .stepFailed: close(event.path, at: event.at, .failed)
      case .stepSucceeded: close(event.path, at: event.at, Self.end(event.content(Event.StepSucceeded.self)?.outcome))
      default: break
      }
      if let last = pieces.last, event.at > last.upperBound { pieces[pieces.count - 1] = last.lowerBound...event.at }
    }
    if let now, let last = pieces.last, now > last.upperBound { pieces[pieces.count - 1] = last.lowerBound...now }
    for path in open.keys.sorted() { close(path, at: pieces.last?.upperBound ?? .distantPast, .open) }

    executions = pieces
    rows = Dictionary(grouping: done.sorted { ($0.start, $0.path) < ($1.start, $1.path) }) { hosts[$0.path] }
      .sorted { Self.isBefore($0.key, $1.key) }
      .map { Row(host: $0.key, lanes: Self.lanes($0.value)) }
  }

  private static func end(_ outcome: StepOutcome?) -> Bar.End {
    switch outcome {
    case .read, .reused: .read
    case .alreadySo: .alreadySo
    case .resolved: .settled
    case .executed, nil: .changed
    }
  }

  /// What concerns no host first, then the hosts: `da2` before `da10`.
  private static func isBefore(_ left: String?, _ right: String?) -> Bool {
    guard let left, let right else { return left == nil && right != nil }
    return left.compare(right, options: .numeric) == .orderedAscending
  }

  /// Each bar in the first lane that is free again.
  private static func lanes(_ bars: [Bar]) -> [[Bar]] {
    var lanes: [[Bar]] = []
    for bar in bars {
      if let free = lanes.firstIndex(where: { $0.last!.end <= bar.start }) {
        lanes[free].append(bar)
      } else {
        lanes.append([bar])
      }
    }
    return lanes
  }
}
