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

  private static let known = ["check", "undo", "retry", "idempotent", "timeout", "host"]

  private static let retry: [Parameter] = [
    Parameter("attempts", .integer, "the number of attempts in all"),
    .optional("initial", .duration, default: .number(1), "the pause before the second attempt"),
    .optional("backoff", .number, default: .number(2), "what the pause is multiplied with each time"),
    .optional("max", .duration, "the longest pause; 60s where it is left out, or the first pause if that is longer"),
    .optional("jitter", .number, default: .number(0.1), "the random part of the pause, 0 to 1"),
    .optional("total", .duration, "how long all attempts may take together"),
    .optional("retry_on", .list(.string), "the codes of failures that are tried again, or their areas: \"ssh\""),
    .optional("not_on", .list(.string), "the codes of failures that are not tried again, or their areas"),
  ]

  /// Reads the options from a snapshot of the table.
  init(_ table: LuaValue, conversion: Conversion) throws {
    let fields: [String: LuaValue]
    switch table {
    case .dictionary(let members): fields = members
    case .list(let elements) where elements.isEmpty: fields = [:]
    default: throw Failure(.argument, "step: the options must be a table with names, not \(table.kindName)")
    }
    if let stranger = fields.keys.sorted().first(where: { !Self.known.contains($0) }) {
      throw Failure(
        .argument, "step: there is no option \"\(stranger)\"",
        hint: Suggestion.hint(for: stranger, among: Self.known))
    }
    check = try Self.function("check", fields)
    undo = try Self.function("undo", fields)
    let checker = ArgumentCheck(function: "step", conversion: conversion)
    let rest = try checker.check(
      [fields["idempotent"] ?? .nil, fields["timeout"] ?? .nil, fields["host"] ?? .nil, fields["retry"] ?? .nil],
      against: [
        .optional("idempotent", .boolean, "whether doing it twice does no harm"),
        .optional("timeout", .duration, "how long an attempt may take"),
        .optional("host", .host, "the host that the step is about"),
        .optional("retry", .map(.any), "the retry policy"),
      ]
    ).arguments
    isIdempotent = rest.flag("idempotent")
    timeout = rest.duration("timeout")
    host = rest.optionalString("host")
    guard let given = fields["retry"] else { return }
    let policy = try checker.check([given], against: [Parameter("retry", .record(Self.retry), "the retry policy")])
      .arguments.record("retry")
    guard policy.integer("attempts") >= 1 else {
      throw Failure(.argument, "step: retry.attempts must be 1 or more")
    }
    retry = RetryPolicy(
      attempts: Int(policy.integer("attempts")), initial: Self.number(policy["initial"]),
      backoff: max(1, Self.number(policy["backoff"])),
      maximum: policy["max"].map { Self.number($0) } ?? max(60, Self.number(policy["initial"])),
      jitter: min(1, max(0, Self.number(policy["jitter"]))),
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

  private static func function(_ name: String, _ fields: [String: LuaValue]) throws -> LuaFunction? {
    switch fields[name] {
    case nil: return nil
    case .function(let function): return function
    case let other?: throw Failure(.argument, "step: option \(name) must be a function, not \(other.kindName)")
    }
  }
}
