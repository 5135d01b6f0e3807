import Values

/// How often and after what pauses a failed attempt is tried again.
public struct RetryPolicy: Sendable, Hashable {
  /// The number of attempts in all, the first included.
  public var attempts: Int
  /// The pause before the second attempt, in seconds.
  public var initial: Double
  /// By what each pause is multiplied.
  public var backoff: Double
  /// The longest pause, in seconds.
  public var maximum: Double
  /// The part of the pause that is random, 0 to 1, so that many hosts are not retried at the same moment.
  public var jitter: Double
  /// Whether failures that are not marked as retryable are tried again, too: the author asked for it.
  public var coversAll: Bool

  /// How long all attempts and pauses may take together, in seconds: no further attempt begins after that.
  public var total: Double
  /// The codes of failures that are tried again, or the areas before their dot; empty for all.
  public var retryOn: [String]
  /// The codes of failures that are not tried again, or the areas before their dot.
  public var notOn: [String]

  /// Describes a policy.
  public init(
    attempts: Int, initial: Double = 1, backoff: Double = 2, maximum: Double = 60, jitter: Double = 0.1,
    coversAll: Bool = true, total: Double = .infinity, retryOn: [String] = [], notOn: [String] = []
  ) {
    self.attempts = attempts
    self.initial = initial
    self.backoff = backoff
    self.maximum = maximum
    self.jitter = jitter
    self.coversAll = coversAll
    self.total = total
    self.retryOn = retryOn
    self.notOn = notOn
  }

  /// The default policy: temporary failures are retried if repeating does no harm.
  public static let standard = RetryPolicy(attempts: 3, coversAll: false)

  /// Failures of the runbook itself, which no repetition fixes.
  private static let final: Set<FailureCode> = [
    .argument, .outsideStep, .nestedStep, .duplicateStep, .reservedName, .changeInCheck, .notAvailable, .notData,
    .refused,
    .findings, .rejected, .moduleMissing, .runbookSyntax, .runbookMemory,
  ]

  /// Whether such a failure is tried again.
  public func covers(_ failure: Failure) -> Bool {
    if Self.final.contains(failure.code) || Self.names(notOn, failure.code) { return false }
    return retryOn.isEmpty ? failure.isRetryable || coversAll : Self.names(retryOn, failure.code)
  }

  private static func names(_ codes: [String], _ code: FailureCode) -> Bool {
    codes.contains { $0 == code.rawValue || code.rawValue.hasPrefix($0 + ".") }
  }

  /// The pause after the attempt of that number (from 1), in seconds. `random` is in 0..<1.
  public func pause(after attempt: Int, random: Double) -> Double {
    var pause = min(initial, maximum)
    for _ in 1..<max(attempt, 1) where pause < maximum { pause = min(pause * backoff, maximum) }
    return pause * (1 - jitter + jitter * random)
  }
}
