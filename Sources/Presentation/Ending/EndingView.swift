import Foundation
import Journal
import Values

/// The summary of an execution: how it ended, what is done, what the operator has to do, what to type next.
struct EndingView {
  let state: RunState
  let ending: Ending
  let style: Style
  var executorIsGone = false

  func lines(columns: Int) -> [Line] {
    // The tasks for after the run no longer apply once the run is undone.
    let notes = state.isRollingBack ? [] : state.notes
    var lines = notes.flatMap { note in
      (note.isTable
        ? ResultTable(note).lines(columns: columns, style: style)
        : Checklist(note).lines(columns: columns, style: style)) + [Line()]
    }
    if let failure = ending.failure ?? state.failure {
      let report = FailureReport(
        failure, sources: ending.sources, done: done, next: ending.next)
      return lines + report.lines(columns: columns, style: style)
    }
    lines += verdict(columns: columns)
    if state.status != .succeeded, state.status != .rolledBack, state.status != .running || executorIsGone {
      lines += done.flatMap { Wrapping.wrap($0, to: min(columns, 100)) }.map { Line($0) }
    }
    return lines + FailureReport.next(ending.next, columns: min(columns, 100))
  }

  private func verdict(columns: Int) -> [Line] {
    let symbols = Symbols(style)
    let counts = OutcomeCounts(state.steps)
    let width = min(columns, 100) - 2
    let sign: (String, Tone)
    var text: String
    switch state.status {
    case .succeeded:
      sign = (symbols.done, .good)
      if counts.changed + counts.settled == 0 {
        text = "Nothing had to be changed"
        if counts.total > 0 { text += ": " + counts.sentence }
      } else {
        text = "Done" + (duration.map { " in \($0)" } ?? "") + ": " + counts.sentence
      }
    case .rolledBack:
      sign = (symbols.done, .good)
      text = "Rolled back: everything that can be undone is undone"
    case .displaced:
      sign = ("!", .warning)
      text = "Displaced" + (state.reason.map { " by run \($0)" } ?? "") + ": it can't continue"
    case .interrupted:
      sign = ("!", .warning)
      let reason = state.reason == RunState.plainStop ? nil : state.reason
      text = "Interrupted" + (reason.map { ": \($0)" } ?? "")
    case .waiting:
      sign = (symbols.waiting, .warning)
      let step = state.reason == "in_doubt" ? state.waitingPath.map { " (step \"\($0)\")" } ?? "" : ""
      text = "Waiting for a person\(step)" + ((state.waitingMessage ?? state.reason).map { ": \($0)" } ?? "")
    case .running where executorIsGone:
      sign = (symbols.doubtful, .bad)
      text = "Recorded as running, but the process that executed it is gone"
    case .created, .running, .failed, .findings, .refused:
      return []
    }
    // Several lines are a list, which ends without a full stop.
    if !text.hasSuffix(".") && !text.hasSuffix("?") && !text.contains("\n") { text += "." }
    return Wrapping.wrap(text, to: width).enumerated().map { index, part in
      var line = Line(index == 0 ? sign.0 + " " : "  ", sign.1)
      line.append(part, .strong)
      return line
    }
  }

  private var duration: String? {
    guard let began = state.startedAt, let ended = state.finishedAt, state.executions <= 1 else { return nil }
    return DurationText.of(ended.timeIntervalSince(began))
  }

  /// What stays done, and what is in doubt.
  private var done: [String] {
    if state.isRollingBack { return [] }
    if state.status == .findings {
      let counts = OutcomeCounts(state.steps)
      return [counts.changed + counts.settled == 0 ? "Nothing was changed." : "The run is over: \(counts.sentence)."]
    }
    if state.status == .refused {
      let isSaid = (ending.failure ?? state.failure)?.message.contains("nothing was changed") ?? false
      return isSaid ? [] : ["Nothing was changed."]
    }
    var sentences: [String] = []
    let counts = state.counts
    if counts.done > 0, state.imported == nil {
      sentences.append(
        Counted.of(counts.done, "step is", "steps are") + " done and will not be done again when the run is resumed.")
    }
    if state.imported == nil {
      let doubtful = state.steps.filter(\.isInDoubt)
      let asked = doubtful.filter { $0.waitsForPerson || $0.path == state.waitingPath }
      let open = doubtful.filter { !$0.waitsForPerson && $0.path != state.waitingPath }
      // One that the run waits for is reported with its question.
      if asked.count > 1 || asked.contains(where: { $0.path != state.waitingPath }) {
        sentences.append(
          "It is not known whether " + Counted.of(asked.count, "step was", "steps were")
            + " carried out. Record the outcome: " + Self.names(asked) + ".")
      }
      // The question comes first; other failures follow it.
      let failed = state.status == .waiting ? state.steps.filter { $0.status == .failed && !doubtful.contains($0) } : []
      for step in failed.prefix(5) {
        sentences.append("\"\(step.path)\" failed: \(step.failure.map(String.init(describing:)) ?? "")")
      }
      if failed.count > 5 { sentences.append("So did \(failed.count - 5) more.") }
      if !open.isEmpty {
        sentences.append(
          Counted.of(open.count, "step was begun and has", "steps were begun and have")
            + " no known outcome: \(Self.names(open)). A resume first finds out what happened.")
      }
    }
    return sentences
  }

  private static func names(_ steps: [StepState]) -> String {
    let names = steps.prefix(10).map { "\"\($0.path)\"" }.joined(separator: ", ")
    return steps.count > 10 ? "\(names) and \(steps.count - 10) more" : names
  }
}

extension RunState {
  /// The `reason` of an interruption without any other reason than that the operator stopped the run.
  static let plainStop = "stopped"
}

/// What to say at the end of an execution besides what its events said.
package struct Ending: Sendable {
  /// What went wrong, when no event reported it.
  package var failure: Failure?
  /// The files whose lines a failure's report shows.
  package var sources: SourceText
  /// What to type next.
  package var next: [NextCommand]

  package init(
    failure: Failure? = nil, sources: SourceText = SourceText(), next: [NextCommand] = []
  ) {
    self.failure = failure
    self.sources = sources
    self.next = next
  }
}

/// What the operator has to do after the run, as boxes to tick.
package struct Checklist: Sendable {
  /// What it is about.
  package var title: String
  /// The points.
  package var items: [String]

  package init(title: String, items: [String]) {
    self.title = title
    self.items = items
  }

  /// The list of a run's note.
  package init(_ note: RunNote) { self.init(title: note.title, items: note.items) }

  /// The list's lines, wrapped at `columns`, at most 100.
  package func render(columns: Int, style: Style) -> [String] {
    lines(columns: columns, style: style).map { $0.text(style, columns: columns) }
  }

  func lines(columns: Int, style: Style) -> [Line] {
    let width = min(columns, 100)
    var lines = Wrapping.wrap(title, to: width).map { Line($0, .strong) }
    for item in items {
      for (index, part) in Wrapping.wrap(item, to: width - 6).enumerated() {
        var line = Line(index == 0 ? "  [ ] " : "      ", .warning)
        line.append(part)
        lines.append(line)
      }
    }
    return lines
  }
}
