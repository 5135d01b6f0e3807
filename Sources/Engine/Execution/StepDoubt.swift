import Journal
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
