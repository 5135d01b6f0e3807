import Foundation
import Journal
import Presentation

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

/// The timeline with the positions of its bars, for the template.
struct TimelineModel {
  let members: [String: Any]

  init(_ timeline: Timeline, moment: MomentText, isAtWork: Bool = false) {
    let openWords = isAtWork ? "running, or no outcome recorded" : "no outcome recorded"
    let axis = TimeAxis(timeline.executions)
    func percent(_ position: Double) -> String { String(format: "%.3f", position * 100) }
    let rows = timeline.rows.map { row -> [String: Any] in
      [
        "name": row.host ?? "the runbook itself",
        "lanes": row.lanes.map { lane -> [String: Any] in
          [
            "bars": lane.map { bar -> [String: Any] in
              let start = axis.position(of: bar.start), end = axis.position(of: bar.end)
              let took = DurationText.of(bar.end.timeIntervalSince(bar.start))
              let again = bar.attempt > 1 ? ", attempt \(bar.attempt)" : ""
              return [
                "left": percent(start), "width": percent(max(0, end - start)), "how": bar.how.rawValue,
                "label": PlainText.line(bar.path.split(separator: "/").last.map(String.init) ?? bar.path),
                "title": PlainText.line(
                  "\(bar.path)\(again): \(Self.words(bar.how, openWords)), \(moment.clock(bar.start)), \(took)"),
              ]
            }
          ]
        },
      ]
    }
    members = [
      "rows": rows, "isEmpty": rows.isEmpty, "openWords": openWords,
      "marks": axis.marks.map { ["left": percent($0.position), "label": moment.clock($0.date)] },
      "breaks": axis.breaks.map {
        ["left": percent($0.position), "label": "resumed \(moment.minute($0.date))"]
      },
    ]
  }

  private static func words(_ end: Timeline.Bar.End, _ openWords: String) -> String {
    switch end {
    case .changed: "changed something"
    case .read: "only read"
    case .alreadySo: "was already so"
    case .settled: "settled by an operator"
    case .failed: "failed"
    case .open: openWords
    }
  }
}

/// The positions of moments on the report's time axis: executions beside each other in scale, the pauses between them
/// cut out.
struct TimeAxis {
  /// A mark on the axis.
  struct Mark {
    var date: Date
    /// 0 at the left end, 1 at the right.
    var position: Double
  }

  /// How much of the axis a pause takes.
  private static let pause = 0.02

  private let pieces: [ClosedRange<Date>]
  private let starts: [Double]
  private let scale: Double

  init(_ executions: [ClosedRange<Date>]) {
    pieces = executions
    let lengths = executions.map { Self.length($0) }
    let room = max(0.2, 1 - Self.pause * Double(max(0, executions.count - 1)))
    let pause = executions.count > 1 ? (1 - room) / Double(executions.count - 1) : 0
    // A moment's width, so that a run of no length has an axis.
    scale = room / max(0.001, lengths.reduce(0, +))
    var starts: [Double] = [], position = 0.0
    for length in lengths {
      starts.append(position)
      position += length * scale + pause
    }
    self.starts = starts
  }

  /// The position of a moment; one in a pause is at the end of what was before.
  func position(of date: Date) -> Double {
    guard let index = pieces.lastIndex(where: { $0.lowerBound <= date }) else { return 0 }
    let within = min(date, pieces[index].upperBound).timeIntervalSince(pieces[index].lowerBound)
    return min(1, starts[index] + within * scale)
  }

  /// Where an execution after the first begins.
  var breaks: [Mark] {
    zip(pieces, starts).dropFirst().map { Mark(date: $0.lowerBound, position: $1 - Self.pause / 2) }
  }

  /// About eight marks at round moments.
  var marks: [Mark] {
    let whole = pieces.reduce(0) { $0 + Self.length($1) }
    let steps: [Double] = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400]
    let step = steps.first { whole / $0 <= 8 } ?? (whole / 8 / 86_400).rounded(.up) * 86_400
    var marks: [Mark] = []
    for piece in pieces {
      var moment = (piece.lowerBound.timeIntervalSinceReferenceDate / step).rounded(.up) * step
      while moment <= piece.upperBound.timeIntervalSinceReferenceDate {
        let date = Date(timeIntervalSinceReferenceDate: moment)
        let position = position(of: date)
        // Labels that would overlap are left out.
        if position - (marks.last?.position ?? -1) > 0.07, position < 0.92 {
          marks.append(Mark(date: date, position: position))
        }
        moment += step
      }
    }
    return marks
  }

  private static func length(_ piece: ClosedRange<Date>) -> Double {
    piece.upperBound.timeIntervalSince(piece.lowerBound)
  }
}
