import Journal
import LuaVM
import Synchronization
import Values

/// Walks through a runbook along the steps that a run has done, and gathers their undo functions.
///
/// Nothing is carried out: a step that is done returns its recorded result, one that failed fails as it did, and a
/// branch ends at its first step without an end. A step that had begun to change something is undone too, because it
/// may have been carried out in part; a step whose goal already held was not done by this run.
final class RollbackDriver: StepDriver {
  /// What undoes one step.
  struct Undo: Sendable {
    var request: StepRequest
    var function: LuaFunction
    /// What the step returned, as the script saw it.
    var result: LuaValue
  }

  private let history: RunState
  private let conversion: Conversion
  private let recordedValues: RecordedValues
  private let undos = Mutex<[Undo]>([])

  init(history: RunState, conversion: Conversion, recordedValues: RecordedValues) {
    self.history = history
    self.conversion = conversion
    self.recordedValues = recordedValues
  }

  /// What was gathered.
  var gathered: [Undo] { undos.withLock { $0 } }

  /// What the paths of undoing steps begin with.
  static let prefix = "rollback/"

  func step(_ request: StepRequest) async throws -> LuaValue {
    guard let step = history.step(at: request.path) else { throw BranchHalted() }
    let result = conversion.lua(step.result ?? .null)
    if let function = request.options.undo, step.mayHaveChanged {
      undos.withLock { $0.append(Undo(request: request, function: function, result: result)) }
    }
    if step.status == .succeeded { return result }
    // The runbook may have continued after it.
    if step.status == .failed, let failure = step.failure { throw failure }
    throw BranchHalted()
  }

  func perform(_ call: PrimitiveCall, in frame: StepFrame) async throws -> LuaValue {
    // Only pure functions are called between steps.
    conversion.lua(
      try await call.primitive.perform(
        call.arguments.arguments, EffectContext(run: "rollback", path: frame.path, attempt: 1)))
  }

  func approve(_ message: String, in scope: Scope) async throws {
    let message = conversion.secrets.hidden(message)
    guard history.approval(at: scope.path(of: "approve: \(message)"))?.answer == .granted else { throw BranchHalted() }
  }

  func recorded(_ kind: String, in scope: Scope, make: @Sendable () -> Value) async throws -> Value {
    guard let value = recordedValues.value(scope.path(of: "\(kind) \(scope.next(kind))")) else { throw BranchHalted() }
    return value
  }

  func sleep(seconds: Double, in scope: Scope, frame: StepFrame?) async throws {
    _ = try await recorded("sleep", in: scope) { .null }
  }

  func log(level: String, _ text: String, in scope: Scope) async throws {}
  func note(title: String, items: [String], in scope: Scope) async throws {}
  func showTable(title: String, headings: [String], rows: [[String]], in scope: Scope) async throws {}
  func refuse(_ findings: [Failure]) async throws { if !findings.isEmpty { throw BranchHalted() } }
  func conclude(_ message: String, _ findings: [Failure]) async throws { if !findings.isEmpty { throw BranchHalted() } }
  func now() -> Value { .null }
}
