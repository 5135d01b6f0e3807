import Foundation
import Journal
import Values

extension TreeLayout {
  /// A step's line, and what belongs under it.
  func step(_ step: StepState, depth: Int) -> [Line] {
    let status = view.status(of: step, in: state)
    let (symbol, tone) = sign(status)
    var line = start(symbol, tone, depth: depth)
    let isEarlier = status == .done(isEarlier: true)
    line.append(step.name, isEarlier || status == .pending ? .faint : .plain)
    if let host = step.host, !step.scope.contains(host) { line.append("  " + host, .faint) }
    let (words, wordsTone) = remark(step, status)
    if !words.isEmpty { line.append("  " + words, wordsTone) }
    var lines = [finish(line, isEarlier ? nil : duration(step, status))]
    switch status {
    case .failed, .retrying: lines += reason(step, depth: depth)
    case .running: lines += output(step, depth: depth)
    case .done: if detail.showsOutputOfDone { lines += output(step, depth: depth) }
    case .inDoubt, .pending: break
    }
    return lines
  }

  func sign(_ status: RunView.Status) -> (String, Tone) {
    switch status {
    case .done(let isEarlier): (symbols.done, isEarlier ? .faint : .good)
    case .running: (symbols.spinner(Int((now.timeIntervalSince1970 * 10).rounded(.down))), .busy)
    case .retrying: (symbols.retrying, .warning)
    case .failed: (symbols.failed, .bad)
    case .inDoubt: (symbols.doubtful, .bad)
    case .pending: (symbols.pending, .faint)
    }
  }

  func remark(_ step: StepState, _ status: RunView.Status) -> (String, Tone) {
    // Attempts are counted over all executions of a run, the allowance is for one.
    let allowed = step.maximumAttempts.flatMap { step.attempt <= $0 ? "/\($0)" : nil } ?? ""
    let attempt = "\(step.attempt)\(allowed)"
    let several = step.attempt > 1 ? "attempt \(attempt)" : ""
    switch status {
    case .done(let isEarlier):
      let words = [OutcomeText.words(step.outcome), isEarlier ? "done before" : several]
      return (words.compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ", "), .faint)
    case .running:
      if state.waitingPath == step.path { return ("waiting for a person", .warning) }
      let usual = usual(step)
      return (several.isEmpty ? usual.0 : several, several.isEmpty ? usual.1 : .warning)
    case .retrying:
      let left = step.retryAt?.timeIntervalSince(now) ?? 0
      return ("attempt \(attempt) failed, again " + (left > 0 ? "in \(DurationText.countdown(left))" : "now"), .warning)
    case .failed: return (step.status == .retrying ? "attempt \(attempt) failed" : several, .faint)
    case .inDoubt:
      return state.waitingPath == step.path ? ("waiting for a person", .warning) : ("in doubt: no outcome known", .bad)
    case .pending: return ("not finished before", .faint)
    }
  }

  /// How long the step took in earlier runs, where that is long enough to be waited for.
  private func usual(_ step: StepState) -> (String, Tone) {
    guard let expected = view.expected.duration(of: step.path), expected >= 2, let began = step.startedAt else {
      return ("", .faint)
    }
    let text = DurationText.of(expected)
    return view.expected.isLate(step.path, after: now.timeIntervalSince(began))
      ? ("takes longer than usual: \(text)", .warning) : ("usually \(text)", .faint)
  }

  func duration(_ step: StepState, _ status: RunView.Status) -> TimeInterval? {
    guard let began = step.startedAt else { return nil }
    switch status {
    case .running, .retrying: return now.timeIntervalSince(began)
    case .done, .failed: return step.endedAt.map { $0.timeIntervalSince(began) }
    case .inDoubt, .pending: return nil
    }
  }

  /// The failure's sentence, in at most two lines, and the remote's own words in one.
  private func reason(_ step: StepState, depth: Int) -> [Line] {
    guard let failure = step.failure else { return [] }
    let indentation = String(repeating: " ", count: 2 * depth + 4)
    let tone: Tone = step.status == .failed ? .bad : .warning
    let host = failure.host.map { $0 == step.host || step.scope.contains($0) ? "" : "\($0): " } ?? ""
    let width = min(columns, 120) - indentation.count
    var sentence = Wrapping.wrap(host + failure.message, to: width)
    if sentence.count > 2 { sentence = [sentence[0], sentence[1] + symbols.ellipsis] }
    var lines = sentence.map { Line(indentation + $0, tone).clipped(to: columns, style: style) }
    if detail.output > 0, let cause = failure.cause.flatMap({ PlainText.lines($0).first }), !cause.isEmpty {
      lines.append(Line(indentation + cause, .faint).clipped(to: columns, style: style))
    }
    return lines
  }

  /// The newest lines that the step's commands printed.
  private func output(_ step: StepState, depth: Int) -> [Line] {
    guard detail.output > 0 else { return [] }
    let newest = step.output.suffix(detail.output).flatMap { PlainText.lines($0.text) }.suffix(detail.output)
    return newest.map { text in
      var line = Line(String(repeating: " ", count: 2 * depth + 2) + symbols.bar + " ", .faint)
      line.append(text, .faint)
      return line.clipped(to: columns, style: style)
    }
  }
}
