/// What went wrong, for people: what happened, where, why, and what to do next.
///
/// Every target throws this one type. The texts never hold a secret.
public struct Failure: Error, Sendable, Hashable {
  /// What kind of failure this is, stable across releases, for example `ssh.host_key_changed`.
  public var code: FailureCode
  /// What happened, as one sentence for an operator, without the place.
  public var message: String
  /// The inventory name of the host it happened on.
  public var host: String?
  /// The step path it happened in.
  public var step: String?
  /// The line of the runbook or inventory that it comes from.
  public var location: SourceLocation?
  /// The remote side's own words, or a lower error's.
  public var cause: String?
  /// What to do next.
  public var hint: String?
  /// Whether trying again without a change may help.
  public var isRetryable: Bool
  /// Whether it is unknown if the remote side carried out what was asked: the connection was lost in the middle.
  public var leavesDoubt: Bool
  /// The Lua traceback, when it passed through a runbook.
  public var traceback: String?
  /// Further failures that belong to this one: the other branches' of a `parallel`, the findings of a check.
  public var related: [Failure]

  /// Describes a failure.
  public init(
    _ code: FailureCode, _ message: String, host: String? = nil, step: String? = nil, location: SourceLocation? = nil,
    cause: String? = nil, hint: String? = nil, isRetryable: Bool = false, leavesDoubt: Bool = false,
    traceback: String? = nil, related: [Failure] = []
  ) {
    self.code = code
    self.message = message
    self.host = host
    self.step = step
    self.location = location
    self.cause = cause
    self.hint = hint
    self.isRetryable = isRetryable
    self.leavesDoubt = leavesDoubt
    self.traceback = traceback
    self.related = related
  }
}

extension Failure: CustomStringConvertible {
  /// One line: place, host, message and cause.
  public var description: String {
    var text = location.map { "\($0): " } ?? ""
    if let host { text += "\(host): " }
    text += message
    if let cause, !cause.isEmpty { text += " (\(cause))" }
    return text
  }
}
