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
  var needsPerson: Bool {
    options.check == nil && !options.isIdempotent
      && !step.begun.allSatisfy { $0.isIdempotent || $0.reattaches }
  }

  /// Whether the attempt is gone on with, in place of another one.
  var goesOnWithAttempt: Bool { step.begun.contains(where: \.reattaches) }

  /// What it had begun, for the person.
  var detail: String {
    step.begun.filter { !$0.isIdempotent && !$0.reattaches }.map(\.primitive).joined(separator: ", ")
  }
}
