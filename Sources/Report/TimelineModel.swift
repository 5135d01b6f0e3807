import Foundation
import Presentation

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
