import Journal
import LuaVM
import Synchronization
import Values

/// Walks through a runbook along a run's records, and notes the steps that it reaches, with their places in the order
/// of the script. A branch ends at its first step without a result.
final class ResultWalk: StepDriver {
  /// A step that the walk reached.
  struct Step: Sendable {
    var path: String
    var order: [Int]
    var code: String
    var location: SourceLocation?
    /// Its state in the run; `nil` when it was never begun.
    var result: StepState?
  }

  /// The steps that the walk reached, in the order of the script.
  struct Found: Sendable {
    var steps: [Step] = []
    /// Values that were recorded between steps.
    var values: [(key: String, order: [Int], value: Value)] = []
  }

  private let history: RunState
  private let conversion: Conversion
  private let recordedValues: RecordedValues
  private let state = Mutex(Found())

  init(history: RunState, conversion: Conversion, recordedValues: RecordedValues) {
    self.history = history
    self.conversion = conversion
    self.recordedValues = recordedValues
  }

  var found: Found {
    var found = state.withLock { $0 }
    found.steps.sort { $0.order.lexicographicallyPrecedes($1.order) }
    return found
  }

  func step(_ request: StepRequest) async throws -> LuaValue {
    let step = history.step(at: request.path)
    state.withLock {
      $0.steps.append(
        Step(path: request.path, order: request.order, code: request.code, location: request.location, result: step))
    }
    guard let step, step.status == .succeeded else { throw BranchHalted() }
    return conversion.lua(step.result ?? .null)
  }

  func recorded(_ kind: String, in scope: Scope, make: @Sendable () -> Value) async throws -> Value {
    let key = scope.path(of: "\(kind) \(scope.next(kind))"), order = scope.nextOrder()
    guard let value = recordedValues.value(key) else { throw BranchHalted() }
    state.withLock { $0.values.append((key, order, value)) }
    return value
  }

  func sleep(seconds: Double, in scope: Scope, frame: StepFrame?) async throws {
    _ = try await recorded("sleep", in: scope) { .null }
  }

  func perform(_ call: PrimitiveCall, in frame: StepFrame) async throws -> LuaValue {
    // Only pure functions are called between steps.
    conversion.lua(
      try await call.primitive.perform(
        call.arguments.arguments, EffectContext(run: "walk", path: frame.path, attempt: 1)))
  }

  func approve(_ message: String, in scope: Scope) async throws {}
  func log(level: String, _ text: String, in scope: Scope) async throws {}
  func note(title: String, items: [String], in scope: Scope) async throws {}
  func showTable(title: String, headings: [String], rows: [[String]], in scope: Scope) async throws {}
  func refuse(_ findings: [Failure]) async throws { if !findings.isEmpty { throw BranchHalted() } }
  func conclude(_ message: String, _ findings: [Failure]) async throws { if !findings.isEmpty { throw BranchHalted() } }
  func now() -> Value { .null }
}
