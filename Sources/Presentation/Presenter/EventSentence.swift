import Foundation
import Journal
import Values

/// What an event tells, as one sentence.
struct EventSentence {
  /// The state after the event.
  let state: RunState
  let run: String
  let runbook: String

  /// The sentences of an event: one, or one per line of a command's output; none for what is nobody's business.
  func texts(_ event: Event) -> [String] {
    let payload = event.payload
    switch event.kind {
    case .runCreated:
      let summary = payload["summary"]?.stringValue.map { ": \($0)" } ?? ""
      return ["run \(run) of \(runbook) created\(summary)"]
    case .runStarted:
      let executor = state.executor
      let who = executor.map { " by \($0.user) on \($0.machine), process \($0.processID)" } ?? ""
      return ["run \(run) " + Self.beginning(payload) + who]
    case .runRolledBack: return ["run \(run) rolled back"]
    case .changesAccepted:
      let differences = texts(payload["differences"])
      return ["goes on with an edited runbook, agreed to" + by(payload)] + differences
    case .targetsTakenOver:
      let runs = texts(payload["runs"]).joined(separator: ", "), targets = texts(payload["targets"])
      return ["took over \(targets.joined(separator: ", ")) from run \(runs), agreed to" + by(payload)]
    case .runSucceeded:
      let counts = OutcomeCounts(state.steps)
      let isChanged = counts.changed + counts.settled > 0
      let summary = counts.total > 0 ? ": \(counts.sentence)" : ""
      return ["run \(run) done\(isChanged ? "" : ", nothing had to be changed")\(summary)"]
    case .runFailed: return ["run \(run) failed: " + failure(payload)]
    case .runConcluded, .runRefused: return ["run \(run) \(StatusText(state).words): " + failure(payload)]
    case .runInterrupted:
      return ["run \(run) interrupted" + reason(state.reason == RunState.plainStop ? nil : payload["reason"])]
    case .runWaiting: return ["run \(run) waits for a person" + reason(payload["message"] ?? payload["reason"])]
    case .runPauseRequested:
      return ["pause wanted\(by(payload)): what is under way is finished, then it waits for runbook unpause \(run)"]
    case .runUnpaused: return ["goes on after the pause, wanted\(by(payload))"]
    case .runImported: return ["imported from \(payload["from"]?.stringValue ?? "another machine")" + by(payload)]
    case .runNote:
      // The list or table itself is shown at the end.
      if payload["headings"] != nil { return ["table: \(payload["title"]?.stringValue ?? "")"] }
      let items = payload["items"]?.arrayValue?.count ?? 0
      return ["noted for afterwards: \(payload["title"]?.stringValue ?? "") (\(Counted.of(items, "item")))"]
    case .logMessage:
      let isWarning = payload["level"]?.stringValue == "warning"
      return [(isWarning ? "warning: " : "") + (payload["text"]?.stringValue ?? "")]
    case .approvalRequested: return ["a person's yes is wanted" + reason(payload["message"])]
    case .approvalGranted: return ["approved" + by(payload)]
    case .approvalRejected: return ["rejected" + by(payload)]
    case .valueRecorded, .runPictured, .runPhase: return []
    default: return step(event)
    }
  }

  private static func beginning(_ payload: Value) -> String {
    if payload["rollback"]?.boolValue == true { return "is being rolled back" }
    return payload["resumed"]?.boolValue == true ? "resumed" : "started"
  }

  private func step(_ event: Event) -> [String] {
    let payload = event.payload
    let step = event.path.flatMap { state.step(at: $0) }
    let attempt = event.attempt ?? step?.attempt ?? 1
    // Attempts are counted over all executions of a run, the allowance is for one.
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
      guard payload["outcome"] == "ended", let text = payload["text"]?.stringValue else { return [] }
      return ["ended on \(event.host ?? "its host"): $ \(text)"]
    case .stepOutput: return PlainText.lines(OutputText.of(event)).map { "| \($0)" }
    case .attemptFailed:
      let delay = step?.retryAt.map { DurationText.of($0.timeIntervalSince(event.at)) } ?? "0.0s"
      return ["attempt \(attempt)\(attempts) failed, again in \(delay): " + failure(payload)]
    case .stepSucceeded:
      if let run = step?.reusedFrom { return ["not carried out: result of run \(run)"] }
      let duration = step?.startedAt.map { " in \(DurationText.of(event.at.timeIntervalSince($0)))" } ?? ""
      return [(OutcomeText.words(step?.outcome) ?? "done") + duration]
    case .stepFailed: return ["failed: " + failure(payload)]
    case .stepReplayed: return ["done before"]
    // A kind of a later version: said by its name rather than left out.
    default: return [event.kind.rawValue]
    }
  }

  private func failure(_ payload: Value) -> String {
    guard let value = payload["failure"] else { return "unknown failure" }
    let failure = Failure(value: value)
    var text = (failure.place.map { "\($0): " } ?? "") + (failure.host.map { "\($0): " } ?? "") + failure.message
    if let cause = failure.cause, !cause.isEmpty { text += " (\(PlainText.lines(cause).joined(separator: "; ")))" }
    return text
  }

  private func reason(_ value: Value?) -> String {
    guard let text = value?.stringValue, !text.isEmpty else { return "" }
    return ": " + text
  }

  private func texts(_ value: Value?) -> [String] { (value?.arrayValue ?? []).compactMap(\.stringValue) }

  private func by(_ payload: Value) -> String { payload["by"]?.stringValue.map { " by \($0)" } ?? "" }
}
