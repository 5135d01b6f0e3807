import Journal
import LuaVM
import Synchronization
import Values

/// Walks through a runbook along what a run has done, and gathers what undoes it.
///
/// Nothing is carried out: a step that is done hands back its recorded result, and a branch ends at its first step that
/// is not. A step that had begun to change something is undone too, because it may have been carried out in part; one whose
/// goal held already was not this run's doing.
final class RollbackDriver: StepDriver {
  /// What undoes one step.
  struct Undo: Sendable {
    var request: StepRequest
    var function: LuaFunction
    /// What the step returned, as the script saw it.
    var result: LuaValue
    /// Its place in the history: what began later is undone earlier.
    var position: Int
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

  /// What was gathered, the latest step first.
  var gathered: [Undo] { undos.withLock { $0.sorted { $0.position > $1.position } } }

  /// What the paths of undoing steps begin with.
  static let prefix = "rollback/"

  func step(_ request: StepRequest) async throws -> LuaValue {
    guard let position = history.steps.firstIndex(where: { $0.path == request.path }) else { throw BranchHalted() }
    let step = history.steps[position]
    let result = conversion.lua(step.result ?? .null)
    if let function = request.options.undo, step.mayHaveChanged {
      undos.withLock { $0.append(Undo(request: request, function: function, result: result, position: position)) }
    }
    guard step.status == .succeeded else { throw BranchHalted() }
    return result
  }

  func perform(_ call: PrimitiveCall, in frame: StepFrame) async throws -> LuaValue {
    // Only pure functions are called between steps.
    conversion.lua(
      try await call.primitive.perform(
        call.arguments.arguments, EffectContext(run: "rollback", path: frame.path, attempt: 1)))
  }

  func approve(_ message: String, in scope: Scope) async throws {
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
  func refuse(_ findings: [Failure]) async throws { throw BranchHalted() }
  func conclude(_ message: String, _ findings: [Failure]) async throws { throw BranchHalted() }
  func now() -> Value { .null }
}
