import Foundation
import Journal
import Values

/// A person's word on a step in doubt, as an event of the run.
struct StepResolution {
  let path: String
  let attempt: Int
  let host: String?
  let answer: DoubtAnswer

  func event(at moment: Date, by user: String, how: String) -> Event {
    let kind: EventKind
    var payload: [String: Value] = ["by": .string(user), "how": .string(how)]
    switch answer {
    case .done:
      kind = .stepSucceeded
      payload["result"] = .null
      payload["outcome"] = "resolved"
    case .retry:
      kind = .attemptFailed
      payload["failure"] = Failure("step.not_done", "a person said that it was not carried out").value
      payload["retry_after"] = .number(0)
      payload["settled"] = true
    case .fail:
      kind = .stepFailed
      payload["failure"] = Self.failure(path).value
      payload["settled"] = true
    }
    return Event(at: moment, kind: kind, path: path, attempt: attempt, host: host, payload: .object(payload))
  }

  static func failure(_ path: String) -> Failure {
    Failure(
      "step.declared_failed", "a person said that the step went wrong", step: path,
      hint: "mend it by hand, then resume: the step is carried out again; or undo the run with runbook rollback")
  }
}
