import Foundation
import Journal
import Values

/// The operator's answer about a step in doubt, as an event of the run.
struct StepResolution {
  let path: String
  let attempt: Int
  let host: String?
  let answer: DoubtAnswer

  func event(at moment: Date, by user: String, how: String) -> Event {
    switch answer {
    case .done: event(at: moment, Event.StepSucceeded(result: .null, outcome: .resolved, by: user, how: how))
    case .retry:
      event(
        at: moment,
        Event.AttemptFailed(
          failure: Failure("step.not_done", "the operator said it was not carried out"), retryAfter: 0, settled: true,
          by: user, how: how))
    case .fail: event(at: moment, Event.StepFailed(failure: Self.failure(path), settled: true, by: user, how: how))
    }
  }

  private func event(at moment: Date, _ content: some EventContent) -> Event {
    Event(at: moment, path: path, attempt: attempt, host: host, content)
  }

  static func failure(_ path: String) -> Failure {
    Failure(
      "step.declared_failed", "the operator said that the step failed", step: path,
      hint: "fix it by hand, then resume: the step is carried out again; or undo the run with runbook rollback")
  }
}
