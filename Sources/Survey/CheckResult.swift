import Values

/// One thing that was looked at, and what was seen.
package struct CheckResult: Sendable, Hashable {
  /// The verdict.
  package enum Verdict: String, Sendable, Hashable {
    /// As it should be.
    case ok
    /// A person should know.
    case warn
    /// It prevents a run.
    case fail
  }

  /// What it is about: `this machine`, or a host's inventory name.
  package var subject: String
  /// What was looked at.
  package var check: String
  /// The verdict.
  package var verdict: Verdict
  /// What was seen, as one sentence.
  package var text: String
  /// What to do; `nil` where nothing has to be done.
  package var hint: String?

  package init(_ subject: String, _ check: String, _ verdict: Verdict, _ text: String, hint: String? = nil) {
    self.subject = subject
    self.check = check
    self.verdict = verdict
    self.text = text
    self.hint = hint
  }

  /// A failure as a result.
  package init(_ subject: String, _ check: String, _ failure: Failure, _ verdict: Verdict = .fail) {
    let cause = failure.cause.flatMap { $0.isEmpty ? nil : " (\($0))" } ?? ""
    self.init(subject, check, verdict, failure.message + cause, hint: failure.hint)
  }
}
