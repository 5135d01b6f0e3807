import Journal
import Synchronization
import Values

/// Weighs what the journal knows of a step that was started and has no recorded outcome.
///
/// The order is: its `check`; then the work that it left on the hosts and that is found there again; then whether
/// repeating does no harm (declared so, or everything it had begun is known to look first); else a person. Never a guess.
struct StepDoubt {
  let step: StepState
  let options: StepOptions

  /// Whether only a person can say what to do.
  var needsPerson: Bool { options.check == nil && !options.isIdempotent && !lost.isEmpty }

  /// Whether the attempt is gone on with, in place of another one.
  var goesOnWithAttempt: Bool { step.open.contains(where: \.isFoundAgain) }

  /// What it had begun, for the person.
  var detail: String {
    lost.map { $0.host == nil ? $0.primitive : "\($0.primitive) on \($0.host!)" }.joined(separator: ", ")
  }

  /// What was begun and can't be found again.
  private var lost: [EffectState] { step.open.filter { !$0.isFoundAgain } }
}

/// The steps of which it is not known what became: those that were in doubt when an execution began, and those that have
/// failed so since. The script may go on past one (its name was edited, its failure was caught), and must not do the same again
/// elsewhere.
final class DoubtfulSteps: Sendable {
  /// Those that were in doubt when the execution began, or have left commands that may still run.
  let atStart: [StepState]
  private let since = Mutex<[String]>([])

  init(_ history: RunState) { atStart = history.steps.filter { $0.isInDoubt || !$0.loose.isEmpty } }

  /// A step has failed, and what it began may still run.
  func failed(_ path: String) { since.withLock { if !$0.contains(path) { $0.append(path) } } }

  /// The paths of the steps that have failed so in this execution.
  var failed: [String] { since.withLock { $0 } }
}

extension RunState {
  /// Why nothing may take the place of this run's work yet: it has begun steps of which it is not known what became, and
  /// begun anew they might be done twice. `nil` where there is none.
  func doubt(of run: String, _ code: FailureCode) -> Failure? {
    let doubtful = steps.filter(\.isInDoubt)
    guard let first = doubtful.first else { return nil }
    let names = doubtful.prefix(5).map { "\"\($0.path)\"" }.joined(separator: ", ") + (doubtful.count > 5 ? ", …" : "")
    return Failure(
      code,
      "run \(run) has begun \(names), and it is not known what became of that: begun anew, it might be done twice",
      step: first.path, location: first.location,
      hint: "go on with that run: runbook resume \(run); or say what became of it: runbook resolve \(run) "
        + "\"\(first.path)\" --done, --retry or --fail")
  }
}
