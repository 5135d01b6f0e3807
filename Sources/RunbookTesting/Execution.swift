import CrashTesting
import Engine
import Foundation
import HostModules
import Journal
import LuaVM
import Values

/// One execution of a run in a test's world: forward or back, perhaps to its death.
struct Execution {
  let scene: TestScene
  let options: ExecutionOptions
  let coverage: LineCoverage?

  /// What to do.
  enum Way {
    case begin(RunSource, parameters: [String: String])
    case resume
    case rollback
  }

  /// Executes, and returns the result of the run.
  func carryOut(_ way: Way) async throws -> Value {
    // Ending the test ends the run, even while its script computes.
    let stop = StopSignal()
    return try await withTaskCancellationHandler {
      try await carryOut(way, unless: stop)
    } onCancel: {
      stop.raise()
    }
  }

  private func carryOut(_ way: Way, unless stop: StopSignal) async throws -> Value {
    let process = MortalProcess(scene.nextProcess(), end: options.end)
    let runner = Runner(environment(process, stop))
    let ending: String
    var failure: Failure?
    do {
      let outcome = try await execute(way, runner)
      (ending, failure) = Self.words(outcome)
    } catch is MortalProcess.Death {
      ending = "died"
    } catch let problem as Failure {
      // It was refused before anything was recorded.
      (ending, failure) = (problem.code == .findings ? "findings" : "refused", problem)
    }
    if process.isDead { failure = nil }
    var events: [Event] = []
    if let run = try? scene.latest().record { events = try await scene.store.events(of: run.id, after: 0) }
    return ExecutionResult(
      status: process.isDead ? "died" : ending, failure: failure, events: events,
      moments: process.moments.flatMap(\.self), primitives: scene.changing
    ).value
  }

  private func execute(_ way: Way, _ runner: Runner) async throws -> RunOutcome {
    switch way {
    case .begin(let source, let parameters):
      guard let record = try await runner.create(source, parameters: parameters) else { return .interrupted }
      scene.began(record, source)
      return try await runner.execute(record, source)
    case .resume:
      let (record, source) = try scene.latest()
      return try await runner.execute(record, source)
    case .rollback:
      let (record, source) = try scene.latest()
      return try await runner.rollback(record, source)
    }
  }

  private func environment(_ process: MortalProcess, _ stop: StopSignal) -> RunEnvironment {
    let options = options
    let fleet = scene.fleet
    return RunEnvironment(
      RunServices(
        store: process.around(scene.store), holder: process.holder,
        liveness: { $0.processID != process.holder.processID ? .gone : .unknown }, clock: scene.clock),
      hosts: RunHosts(
        modules: process.around(options.faults.around(scene.modules)), locks: fleet.locks, commands: fleet.commands,
        snapshot: { await fleet.snapshot() }),
      options: RunOptions(
        approver: Approver(
          settle: { _, _ in options.settle },
          ask: { question in .init(isYes: options.answers(question), by: "test", how: "option") }),
        changes: .accept(by: "test"), grace: 0),
      observer: RunObserver(coverage: coverage), stop: stop)
  }

  private static func words(_ outcome: RunOutcome) -> (String, Failure?) {
    switch outcome {
    case .succeeded: ("succeeded", nil)
    case .failed(let failure): ("failed", failure)
    case .concluded(let failure): ("findings", failure)
    case .refused(let failure): ("refused", failure)
    case .interrupted: ("interrupted", nil)
    case .waiting(let reason, let path, let message):
      ("waiting", Failure("run.waiting", message, step: path, hint: reason))
    }
  }
}

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

/// The result of a run, as a test sees it.
struct ExecutionResult {
  /// `succeeded`, `failed`, `findings`, `refused`, `interrupted`, `waiting`, or `died`.
  let status: String
  let failure: Failure?
  let events: [Event]
  /// The names of the moments at which this execution could have died.
  let moments: [String]
  /// The names of all changing primitives: `swarm.join`.
  let primitives: Set<String>

  /// The type in the definitions.
  static let luaType = "SimulationResult"

  var value: Value {
    let state = RunState(events: events)
    return [
      "status": .string(status), "failure": failure.map(Self.value) ?? .null,
      "steps": .object(
        Dictionary(state.steps.map { ($0.path, Self.value($0)) }, uniquingKeysWith: { first, _ in first })),
      "order": .array(state.steps.map { .string($0.path) }),
      "messages": .array(state.messages.map { .string($0.text) }),
      "notes": .array(
        state.notes.filter { !$0.isTable }.map { ["title": .string($0.title), "items": Self.texts($0.items)] }),
      "tables": .array(
        state.notes.filter(\.isTable).map {
          [
            "title": .string($0.title), "headings": Self.texts($0.headings), "rows": .array($0.rows.map(Self.texts)),
          ]
        }),
      "moments": .array(moments.map { .string($0) }), "effects": .array(effects.map { .string($0) }),
    ]
  }

  /// The moments just before and after something was changed.
  private var effects: [String] {
    moments.filter { moment in
      let words = moment.split(separator: " ", maxSplits: 2)
      return words.count == 3 && primitives.contains(String(words[1]))
    }
  }

  private static func value(_ failure: Failure) -> Value {
    [
      "code": .string(failure.code.rawValue), "message": .string(failure.message), "host": text(failure.host),
      "step": text(failure.step), "cause": text(failure.cause), "hint": text(failure.hint),
      "related": .array(failure.related.map(value)),
    ]
  }

  private static func value(_ step: StepState) -> Value {
    [
      "status": .string(step.status.rawValue), "outcome": text(step.outcome?.rawValue),
      "attempts": .integer(Int64(step.attempt)), "host": text(step.host), "result": step.result ?? .null,
      "failure": step.failure.map(value) ?? .null,
      "commands": .array(
        step.commands.map { command in .string(command.host.map { "\($0)$ \(command.text)" } ?? command.text) }),
      "output": .array(step.output.map { .string($0.text) }),
    ]
  }

  private static func texts(_ texts: [String]) -> Value { .array(texts.map { .string($0) }) }

  private static func text(_ text: String?) -> Value { text.map { .string($0) } ?? .null }
}
