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
