import Values
import Journal
import LuaVM

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
