import Journal
import LuaVM
import Values

/// Asks before each step that is not done yet.
struct StepwiseDriver: DriverLayer {
  let inner: any StepDriver
  let history: RunState
  /// What a walk found out about the steps, by path.
  let planned: [String: PlannedStep]
  let turns: StepTurns
  let stop: StopSignal

  func step(_ request: StepRequest) async throws -> LuaValue {
    if history.step(at: request.path)?.status == .succeeded { return try await inner.step(request) }
    let question = StepQuestion(
      path: request.path, host: request.host, location: request.location,
      commands: planned[request.path]?.commands ?? [])
    let isWanted = try await turns.ask(question) { try await Cancellation.check(stop, request.scope) }
    guard isWanted else {
      stop.raise()
      throw StoppedShort(reason: "stopped before the step \"\(request.path)\"")
    }
    return try await inner.step(request)
  }
}

/// Lets one question be asked at a time.
actor StepTurns {
  private let question: @Sendable (StepQuestion) async throws -> StepAnswer?
  private var isTaken = false
  private var waiting: [CheckedContinuation<Void, Never>] = []
  private var isOver = false

  init(_ question: @escaping @Sendable (StepQuestion) async throws -> StepAnswer?) { self.question = question }

  /// Whether the step is to be carried out. `check` throws when no step may begin any more.
  func ask(_ step: StepQuestion, check: @Sendable () async throws -> Void) async throws -> Bool {
    if isTaken { await withCheckedContinuation { waiting.append($0) } } else { isTaken = true }
    defer { if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() } }
    try await check()
    if isOver { return true }
    let answer = try await question(step)
    try await check()
    if answer == .carryOutRest { isOver = true }
    return answer == .carryOut || answer == .carryOutRest
  }
}

/// What the operator is asked before a step is carried out.
package struct StepQuestion: Sendable, Hashable {
  /// The step's path.
  package var path: String
  /// The host that it is about.
  package var host: String?
  /// Where it is in the runbook.
  package var location: SourceLocation?
  /// The commands of the documented procedure that it represents, as far as a dry run knows them.
  package var commands: [ProcedureCommand]
}

/// What the operator answers.
package enum StepAnswer: Sendable, Hashable {
  /// This step is carried out; the next one is asked for.
  case carryOut
  /// This one and all that follow are carried out.
  case carryOutRest
  /// The run stops before it.
  case stop
}
