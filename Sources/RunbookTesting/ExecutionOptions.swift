import CrashTesting
import Engine
import Values

/// How a test executes a run.
struct ExecutionOptions: Sendable {
  /// When the process dies.
  var end = MortalProcess.End.never
  /// The failures of primitives.
  var faults = StepFaults([])
  /// The answers to the runbook's questions by their texts; yes to all others unless set.
  var byQuestion: [String: Bool] = [:]
  var otherwise = true
  /// The outcome of steps in doubt; `nil` when no one can answer.
  var settle: DoubtAnswer?

  func answers(_ question: String) -> Bool { byQuestion[question] ?? otherwise }

  /// The options as primitives declare them.
  static let parameters: [Parameter] = [
    .optional("approve", .boolean, default: .bool(true), "the answer to the runbook's questions"),
    .optional("answers", .map(.boolean), "the answers to single questions, by their texts"),
    .optional("settle", .oneOf(["done", "retry", "fail"]), "the outcome of steps in doubt, as an operator would say"),
    .optional("die_at", .string, "the moment at which the process dies: one of a result's `moments`"),
    .optional(
      "faults",
      .list(
        .record([
          .optional("step", .string, "the step's path; any if left out"),
          .optional("primitive", .string, "what fails, for example swarm.join; any if left out"),
          Parameter("message", .string, "what went wrong"),
          .optional("times", .integer, default: .integer(1), "how often it fails"),
          .optional("retryable", .boolean, default: .bool(false), "whether trying again may help"),
          .optional("after", .boolean, default: .bool(false), "whether it was carried out nevertheless"),
        ])), "what goes wrong"),
  ]

  /// Reads a script's options.
  init(_ options: [String: Value]) {
    otherwise = options["approve"]?.boolValue ?? true
    byQuestion = (options["answers"]?.objectValue ?? [:]).compactMapValues(\.boolValue)
    settle = options["settle"]?.stringValue.flatMap(DoubtAnswer.init)
    if let moment = options["die_at"]?.stringValue { end = .name(moment) }
    faults = StepFaults((options["faults"]?.arrayValue ?? []).compactMap(StepFault.init))
  }
}
