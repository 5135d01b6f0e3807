import Foundation
import Journal

/// The old runs, and which of them are deleted, for `runbook runs prune`.
package struct PruneTable: Sendable {
  /// The old runs, newest first.
  package var candidates: [PruneSelection.Candidate]
  /// Whether they are deleted already.
  package var isDone: Bool

  /// Lists old runs.
  package init(_ candidates: [PruneSelection.Candidate], isDone: Bool = false) {
    self.candidates = candidates
    self.isDone = isDone
  }

  /// The table's lines. With `columns` `nil` nothing is cut: for a file or a pipe.
  package func render(columns: Int?, at now: Date = Date(), style: Style) -> [String] {
    guard !candidates.isEmpty else { return ["No run is that old."] }
    var table = Table(columns: [
      .init("ID"), .init("RUNBOOK", shrinks: true), .init("STATE"), .init("SINCE"),
      .init("EVENTS", alignsRight: true, leavesAt: 1), .init("", shrinks: true),
    ])
    let moment = MomentText(timeZone: style.timeZone)
    for candidate in candidates {
      let status = StatusText(candidate.state)
      let fate =
        candidate.keeping.map { Line("kept: " + Self.words($0), .faint) }
        ?? Line(isDone ? "deleted" : "to be deleted", .warning)
      table.add([
        Line(candidate.record.id, .strong), Line(candidate.record.runbook), Line(status.shortWords, status.tone),
        Line(moment.relative(candidate.since, to: now)), Line("\(candidate.state.lastSequence)"), fate,
      ])
    }
    return table.lines(width: columns, style: style).map { $0.text(style, columns: columns ?? .max) }
  }

  private static func words(_ keeping: PruneSelection.Keeping) -> String {
    switch keeping {
    case .executed: "is running"
    case .unfinished: "unfinished"
    case .undoable: "can be undone"
    case .newest: "among the newest"
    }
  }

  /// One JSON object: `deleted` and `kept`, arrays of {`run`, `runbook`, `state`, `since`, `events`, and of those kept
  /// `because` (`executed`, `unfinished`, `undoable`, `newest`)}, `is_done`, `bytes_freed`.
  package func json(bytesFreed: Int64?) -> String {
    func rows(_ wanted: (PruneSelection.Candidate) -> Bool) -> JSONText {
      .array(
        candidates.filter(wanted).map { candidate in
          var members: [(String, JSONText)] = [
            ("run", .string(candidate.record.id)), ("runbook", .string(candidate.record.runbook)),
            ("state", .string(candidate.state.status.rawValue)), ("since", JSONText(candidate.since)),
            ("events", .integer(candidate.state.lastSequence)),
          ]
          if let keeping = candidate.keeping { members.append(("because", .string(keeping.rawValue))) }
          return .object(members)
        })
    }
    return JSONText.object([
      ("deleted", rows { $0.keeping == nil }), ("kept", rows { $0.keeping != nil }), ("is_done", .bool(isDone)),
      ("bytes_freed", bytesFreed.map { .integer($0) } ?? .null),
    ]).pretty
  }
}
