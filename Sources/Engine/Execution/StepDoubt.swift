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
