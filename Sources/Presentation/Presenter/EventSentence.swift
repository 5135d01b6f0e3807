import Foundation
import Journal
import Values

/// An event, as one sentence.
struct EventSentence {
  /// The state after the event.
  let state: RunState
  let run: String
  let runbook: String

  /// The sentences of an event: one, or one per line of a command's output; none for internal events.
  func texts(_ event: Event) -> [String] {
    switch event.kind {
    case .runCreated:
      let summary = event.content(Event.RunCreated.self)?.summary.map { ": \($0)" } ?? ""
      return ["run \(run) of \(runbook) created\(summary)"]
    case .runStarted:
      let executor = state.executor
      let who = executor.map { " by \($0.user) on \($0.machine), process \($0.processID)" } ?? ""
      return ["run \(run) " + Self.beginning(event.content(Event.RunStarted.self)) + who]
    case .runRolledBack: return ["run \(run) rolled back"]
    case .changesAccepted:
      let content = event.content(Event.ChangesAccepted.self)
      return ["continues with the differences, accepted" + by(content?.by)] + (content?.differences ?? [])
    case .fileKept:
      return ["keeps the module \(event.content(Event.FileKept.self)?.file.name ?? "") as it is now"]
    case .hostsTakenOver:
      let content = event.content(Event.HostsTakenOver.self)
      let runs = content?.runs.joined(separator: ", ") ?? "", hosts = content?.hosts.joined(separator: ", ") ?? ""
      return ["took over \(hosts) from run \(runs), agreed to" + by(content?.by)]
    case .runSucceeded:
      let counts = OutcomeCounts(state.steps)
      let isChanged = counts.changed + counts.settled > 0
      let summary = counts.total > 0 ? ": \(counts.sentence)" : ""
      return ["run \(run) done\(isChanged ? "" : ", nothing had to be changed")\(summary)"]
    case .runFailed: return ["run \(run) failed: " + failure(state.failure)]
    case .runConcluded, .runRefused: return ["run \(run) \(StatusText(state).words): " + failure(state.failure)]
    case .runInterrupted:
      return ["run \(run) interrupted" + reason(state.reason == RunState.plainStop ? nil : state.reason)]
    case .runWaiting: return ["run \(run) waits for a person" + reason(state.waitingMessage ?? state.reason)]
    case .runPauseRequested:
      return [
        "pause requested\(by(event.content(Event.RunPauseRequested.self)?.by)): running steps finish first, "
          + "then it waits for runbook unpause \(run)"
      ]
    case .runUnpaused: return ["continues after the pause, requested\(by(event.content(Event.RunUnpaused.self)?.by))"]
    case .runImported:
      let content = event.content(Event.RunImported.self)
      return ["imported from \(content?.from ?? "another machine")" + by(content?.by)]
    case .runNote:
      guard let content = event.content(Event.RunNoted.self) else { return [] }
      // The list or table itself is shown at the end.
      if content.headings != nil { return ["table: \(content.title)"] }
      return ["noted for afterwards: \(content.title) (\(Counted.of(content.items?.count ?? 0, "item")))"]
    case .logMessage:
      guard let content = event.content(Event.LogMessage.self) else { return [] }
      return [(content.level == "warning" ? "warning: " : "") + content.text]
    case .approvalRequested:
      return ["waiting for approval" + reason(event.content(Event.ApprovalRequested.self)?.message)]
    case .approvalGranted: return ["approved" + by(event.content(Event.ApprovalGranted.self)?.by)]
    case .approvalRejected: return ["rejected" + by(event.content(Event.ApprovalRejected.self)?.by)]
    case .valueRecorded, .runSnapshot, .runPhase: return []
    default: return step(event)
    }
  }

  private static func beginning(_ content: Event.RunStarted?) -> String {
    if content?.rollback == true { return "is being rolled back" }
    return content?.resumed == true ? "resumed" : "started"
  }

  private func step(_ event: Event) -> [String] {
    let step = event.path.flatMap { state.step(at: $0) }
    let attempt = event.attempt ?? step?.attempt ?? 1
    // Attempts are counted over all executions of a run, the limit is for one.
    let attempts = step?.maximumAttempts.flatMap { attempt <= $0 ? " of \($0)" : nil } ?? ""
    switch event.kind {
    case .stepStarted: return ["started" + (attempt > 1 ? ", attempt \(attempt)\(attempts)" : "")]
    case .effectStarted:
      let commands = step?.effects.last?.commands ?? []
      return commands.map { command in
        (command.host.map { $0 == event.host ? "" : "on \($0): " } ?? "") + "$ \(command.text)"
      }
    case .effectClaimed: return (step?.effects.last?.commands ?? []).map { "found again: $ \($0.text)" }
    case .effectLaunched: return []
    case .effectEnded:
      guard let content = event.content(Event.EffectEnded.self), content.outcome == .ended, let text = content.text
      else { return [] }
      return ["ended on \(event.host ?? "its host"): $ \(text)"]
    case .stepOutput: return PlainText.lines(OutputText.of(event)).map { "| \($0)" }
    case .attemptFailed:
      let delay = step?.retryAt.map { DurationText.of($0.timeIntervalSince(event.at)) } ?? "0.0s"
      return ["attempt \(attempt)\(attempts) failed, again in \(delay): " + failure(step?.failure)]
    case .stepSucceeded:
      if let run = step?.reusedFrom { return ["not carried out: result of run \(run)"] }
      let duration = step?.startedAt.map { " in \(DurationText.of(event.at.timeIntervalSince($0)))" } ?? ""
      return [(OutcomeText.words(step?.outcome) ?? "done") + duration]
    case .stepFailed: return ["failed: " + failure(step?.failure)]
    case .stepReplayed: return ["done before"]
    // A kind of a later version: shown by its name rather than left out.
    default: return [event.kind.rawValue]
    }
  }

  private func failure(_ failure: Failure?) -> String {
    guard let failure else { return "unknown failure" }
    var text = (failure.location.map { "\($0): " } ?? "") + (failure.host.map { "\($0): " } ?? "") + failure.message
    if let cause = failure.cause, !cause.isEmpty { text += " (\(PlainText.lines(cause).joined(separator: "; ")))" }
    return text
  }

  private func reason(_ text: String?) -> String { (text ?? "").isEmpty ? "" : ": " + (text ?? "") }

  private func by(_ person: String?) -> String { person.map { " by \($0)" } ?? "" }
}

/// A traced call as a line: time, host, path, line of the runbook, the call, its result, how long it took.
package struct TraceLine: Sendable {
  private let event: Event
  private let style: Style

  /// How much of an argument and of a result is shown.
  private static let limit = 200

  /// The line of an event of the kind `call.traced`.
  package init(_ event: Event, style: Style) {
    self.event = event
    self.style = style
  }

  /// The line, without a line break.
  package var text: String {
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
