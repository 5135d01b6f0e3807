import Foundation
import LuaVM
import Values

/// Carries calls out at once, for scripts that are no run: nothing is recorded, and there are no steps.
struct DirectDriver: StepDriver {
  let conversion: Conversion
  /// What the script is, for messages: `a test`.
  let kind: String
  /// What to write in place of a step.
  let hint: String
  /// Takes what the script and the commands say.
  let say: @Sendable (String) -> Void

  func perform(_ call: PrimitiveCall, in frame: StepFrame) async throws -> LuaValue {
    try Task.checkCancellation()
    let number = frame.began(call.primitive.effect, commands: [])
    let context = EffectContext(
      run: "direct", path: frame.path, attempt: 1, call: number,
      output: { line, host in say(host.map { "\($0): \(line)" } ?? line) })
    // What is called may execute a run, whose steps are not inside of this script.
    let result = try await Surroundings.$step.withValue(nil) {
      try await Surroundings.$scope.withValue(nil) {
        try await call.primitive.perform(call.arguments.arguments, context)
      }
    }
    return conversion.lua(result)
  }

  func log(level: String, _ text: String, in scope: Scope) async throws { say(text) }

  func warn(_ text: String, in frame: StepFrame) async { say("warning: \(text)") }

  /// Nothing is replayed, so nothing has to be recorded.
  func recorded(_ kind: String, in scope: Scope, make: @Sendable () -> Value) async throws -> Value { make() }

  func now() -> Value { .number(Date().timeIntervalSince1970) }

  func sleep(seconds: Double, in scope: Scope, frame: StepFrame?) async throws {
    try await SystemClock().sleep(seconds: seconds)
  }

  func step(_ request: StepRequest) async throws -> LuaValue { throw absent("step") }
  func approve(_ message: String, in scope: Scope) async throws { throw absent("approve") }
  func note(title: String, items: [String], in scope: Scope) async throws { throw absent("note") }
  func showTable(title: String, headings: [String], rows: [[String]], in scope: Scope) async throws {
    throw absent("show_table")
  }
  func refuse(_ findings: [Failure]) async throws { throw absent("refuse") }
  func conclude(_ message: String, _ findings: [Failure]) async throws { throw absent("conclude") }

  func absent(_ name: String) -> Failure {
    Failure(.notAvailable, "\(name) belongs to a run, and this is \(kind)", hint: hint)
  }
}
