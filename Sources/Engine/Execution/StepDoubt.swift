import Journal
import Values

/// Weighs what the journal knows of a step that was started and has no recorded outcome.
///
/// The order is: its `check`; then whether repeating does no harm (declared so, or everything it had begun is known to
/// look first); else a person. Never a guess.
struct StepDoubt {
  let step: StepState
  let options: StepOptions

  /// Whether only a person can say what to do.
  var needsPerson: Bool {
    options.check == nil && !options.isIdempotent && !step.effects.allSatisfy(\.isIdempotent)
  }

  /// What it had begun, for the person.
  var detail: String {
    step.effects.filter { !$0.isIdempotent }.map(\.primitive).joined(separator: ", ")
  }
}
