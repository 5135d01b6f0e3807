import Foundation
import Journal
import Synchronization
import Values

/// Decides, from the journal, about a step that was started and has no recorded outcome.
///
/// The order is: its `check`; then its work on the hosts, if it is found there again; then whether repeating does no
/// harm (declared, or everything it had begun is known to check first); else the operator decides. It never guesses.
struct StepDoubt {
  let step: StepState
  let options: StepOptions

  /// Whether only the operator can say what to do.
  var needsPerson: Bool { options.check == nil && !options.isIdempotent && !lost.isEmpty }

  /// Whether the attempt is continued, instead of starting another one.
  var goesOnWithAttempt: Bool { step.open.contains(where: \.isFoundAgain) }

  /// What it had begun, for the operator.
  var detail: String {
    lost.map { $0.host == nil ? $0.primitive : "\($0.primitive) on \($0.host!)" }.joined(separator: ", ")
  }

  /// Calls that were begun and can't be found again.
  private var lost: [EffectState] { step.open.filter { !$0.isFoundAgain } }
}

/// The steps whose outcome is not known: those that were in doubt when an execution began, and those that have failed
/// in doubt since. The script may continue past one (its name was edited, its failure was caught), and must not do the
/// same again elsewhere.
final class DoubtfulSteps: Sendable {
  /// Steps that were in doubt when the execution began, or have left commands that may still run.
  let atStart: [StepState]
  private let since = Mutex<[String]>([])

  init(_ history: RunState) { atStart = history.steps.filter { $0.isInDoubt || !$0.loose.isEmpty } }

  /// A step has failed, and its commands may still run.
  func failed(_ path: String) { since.withLock { if !$0.contains(path) { $0.append(path) } } }

  /// The paths of the steps that have failed in doubt in this execution.
  var failed: [String] { since.withLock { $0 } }
}

extension RunState {
  /// Why no other run may replace this one's work yet: it has begun steps whose outcome is not known, and begun again
  /// they might be done twice. `nil` if there are none.
  func doubt(of run: String, _ code: FailureCode) -> Failure? {
    let doubtful = steps.filter(\.isInDoubt)
    guard let first = doubtful.first else { return nil }
    let names = doubtful.prefix(5).map { "\"\($0.path)\"" }.joined(separator: ", ") + (doubtful.count > 5 ? ", …" : "")
    return Failure(
      code,
      "run \(run) has begun \(names), and the outcome is not known: begun again, it might be done twice",
      step: first.path, location: first.location,
      hint: "continue that run: runbook resume \(run); or record the outcome: runbook resolve \(run) "
        + "\"\(first.path)\" --done, --retry or --fail")
  }
}

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

/// The operator's answer about a step of which it is not known whether it was carried out.
package enum DoubtAnswer: String, Sendable, Hashable, CaseIterable {
  /// It was: continue after it.
  case done
  /// It was not: carry it out.
  case retry
  /// It failed: the run fails here.
  case fail
}
