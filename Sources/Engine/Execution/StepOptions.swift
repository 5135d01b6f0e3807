import LuaVM
import Values

/// The options of `step(name, { … }, fn)`.
struct StepOptions: Sendable {
  var check: LuaFunction?
  var undo: LuaFunction?
  var retry: RetryPolicy?
  var isIdempotent = false
  var timeout: Duration?
  var host: String?

  init() {}

  /// What the table may hold.
  static let members: [Parameter] = [
    .optional(
      "check", .function("fun(): any"),
      "Whether the goal already holds; if so, the step is not executed. Reads only."),
    .optional("undo", .function("fun(result: any)"), "Undoes the step in a rollback."),
    .optional("retry", .record(retry), "When and how often a failed step is tried again."),
    .optional("idempotent", .boolean, "Whether doing it twice does no harm."),
    .optional("timeout", .duration, "How long one attempt may take."),
    .optional("host", .host, "The host that the step is about."),
  ]

  private static let retry: [Parameter] = [
    Parameter("attempts", .integer, "How often in all.").bounded(.within(1, 1_000_000)),
    .optional("initial", .duration, default: .number(1), "The wait before the second attempt."),
    .optional("backoff", .number, default: .number(2), "By how much each further wait is longer.")
      .bounded(.within(1, 1_000_000)),
    .optional("max", .duration, "The longest wait; 60s if left out, or the first wait if that is longer."),
    .optional("jitter", .number, default: .number(0.1), "The random part of each wait, 0 to 1.")
      .bounded(.within(0, 1)),
    .optional("total", .duration, "How long all attempts and waits may take together."),
    .optional(
      "retry_on", .list(.string),
      "The codes of failures that are tried again, or their areas: \"ssh\". All if left out."),
    .optional("not_on", .list(.string), "The codes of failures that are not tried again, or their areas."),
  ]

  /// Reads the options from a snapshot of the table.
  init(_ table: LuaValue, conversion: Conversion) throws {
    let options = try ArgumentCheck(function: "step", conversion: conversion).options(table, Self.members)
    if case .dictionary(let fields) = table {
      check = Self.function(fields["check"])
      undo = Self.function(fields["undo"])
    }
    isIdempotent = options.flag("idempotent")
    timeout = options.duration("timeout")
    host = options.optionalString("host")
    guard case .dictionary(let fields) = table, fields["retry"] != nil else { return }
    let policy = options.record("retry")
    retry = RetryPolicy(
      attempts: Int(policy.integer("attempts")), initial: Self.number(policy["initial"]),
      backoff: Self.number(policy["backoff"]),
      maximum: policy["max"].map { Self.number($0) } ?? max(60, Self.number(policy["initial"])),
      jitter: Self.number(policy["jitter"]),
      total: policy["total"].map { Self.number($0) } ?? .infinity, retryOn: policy.strings("retry_on"),
      notOn: policy.strings("not_on"))
  }

  /// Everything of the options that an edit can change.
  func code(in session: ScriptSession) -> String {
    var parts: [String] = []
    if check != nil { parts.append("check " + session.code(of: check)) }
    if undo != nil { parts.append("undo " + session.code(of: undo)) }
    if let retry { parts.append("\(retry)") }
    if isIdempotent { parts.append("idempotent") }
    if let timeout { parts.append("timeout \(timeout)") }
    return parts.map { "\n" + $0 }.joined()
  }

  private static func number(_ value: Value?) -> Double {
    switch value {
    case .number(let number): number
    case .integer(let number): Double(number)
    default: 0
    }
  }

  private static func function(_ value: LuaValue?) -> LuaFunction? {
    if case .function(let function)? = value { function } else { nil }
  }
}

/// How often and after what pauses a failed attempt is tried again.
package struct RetryPolicy: Sendable, Hashable {
  /// The number of attempts in all, the first included.
  package var attempts: Int
  /// The pause before the second attempt, in seconds.
  package var initial: Double
  /// By what each pause is multiplied.
  package var backoff: Double
  /// The longest pause, in seconds.
  package var maximum: Double
  /// The part of the pause that is random, 0 to 1, so that many hosts are not retried at the same moment.
  package var jitter: Double
  /// Whether failures that are not marked as retryable are tried again, too: the author asked for it.
  package var coversAll: Bool

  /// How long all attempts and pauses may take together, in seconds: no further attempt begins after that.
  package var total: Double
  /// The codes of failures that are tried again, or the areas before their dot; empty for all.
  package var retryOn: [String]
  /// The codes of failures that are not tried again, or the areas before their dot.
  package var notOn: [String]

  package init(
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
  package static let standard = RetryPolicy(attempts: 3, coversAll: false)

  /// Failures of the runbook itself, which no repetition fixes.
  private static let final: Set<FailureCode> = [
    .argument, .outsideStep, .nestedStep, .duplicateStep, .reservedName, .changeInCheck, .notAvailable, .notData,
    .refused,
    .findings, .rejected, .moduleMissing, .runbookSyntax, .runbookMemory,
  ]

  /// Whether such a failure is tried again.
  package func covers(_ failure: Failure) -> Bool {
    if Self.final.contains(failure.code) || Self.names(notOn, failure.code) { return false }
    return retryOn.isEmpty ? failure.isRetryable || coversAll : Self.names(retryOn, failure.code)
  }

  private static func names(_ codes: [String], _ code: FailureCode) -> Bool {
    codes.contains { $0 == code.rawValue || code.rawValue.hasPrefix($0 + ".") }
  }

  /// The pause after the attempt of that number (from 1), in seconds. `random` is in 0..<1.
  package func pause(after attempt: Int, random: Double) -> Double {
    var pause = min(initial, maximum)
    for _ in 1..<max(attempt, 1) where pause < maximum { pause = min(pause * backoff, maximum) }
    return pause * (1 - jitter + jitter * random)
  }
}
