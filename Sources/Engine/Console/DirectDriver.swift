import Foundation
import LuaVM
import Values

/// Carries out the calls of a script that is not a run, at a console or in a test: at once, and without a journal.
/// Changes only if that is allowed.
struct DirectDriver: StepDriver {
  /// What is used as the run's ID.
  let name: String
  let conversion: Conversion
  let clock: any EngineClock
  let allowsChanges: Bool
  let locks: RunLocks?
  let say: @Sendable (String) -> Void

  func step(_ request: StepRequest) async throws -> LuaValue {
    throw Failure(.notAvailable, "there are no steps at the console", hint: "call the function itself")
  }

  func perform(_ call: PrimitiveCall, in frame: StepFrame) async throws -> LuaValue {
    try Task.checkCancellation()
    if case .changes = call.primitive.effect {
      guard allowsChanges else {
        throw Failure(
          .consoleReads, "\(call.name) changes something, and this console only reads",
          hint: "start it with: runbook console --allow-changes")
      }
      try await locks?.admit(call.arguments.named, choices: call.arguments.choices)
    }
    let say = say, secrets = conversion.secrets
    let context = EffectContext(
      run: name, path: frame.path, attempt: 1, call: Runner.randomID(),
      output: { line, _ in say("| \(secrets.hidden(line))") })
    // The call may execute a run, whose steps are not inside this script.
    let result = try await TaskContext.$step.withValue(nil) {
      try await TaskContext.$scope.withValue(nil) {
        try await call.primitive.perform(call.arguments.arguments, context)
      }
    }
    return conversion.lua(result)
  }

  func approve(_ message: String, in scope: Scope) async throws {
    throw Failure(.notAvailable, "approve is not available at the console")
  }
  func log(level: String, _ text: String, in scope: Scope) async throws {
    say(level == "warning" ? "warning: \(text)" : text)
  }
  func note(title: String, items: [String], in scope: Scope) async throws {
    say(([title] + items.map { "  [ ] \($0)" }).joined(separator: "\n"))
  }
  func showTable(title: String, headings: [String], rows: [[String]], in scope: Scope) async throws {
    say(([title, headings.joined(separator: "  ")] + rows.map { $0.joined(separator: "  ") }).joined(separator: "\n"))
  }
  func refuse(_ findings: [Failure]) async throws { try conclude(findings, "checks failed") }
  func conclude(_ message: String, _ findings: [Failure]) async throws { try conclude(findings, message) }
  func recorded(_ kind: String, in scope: Scope, make: @Sendable () -> Value) async throws -> Value { make() }
  func now() -> Value { .number(clock.now().timeIntervalSince1970) }
  func sleep(seconds: Double, in scope: Scope, frame: StepFrame?) async throws {
    try await clock.sleep(seconds: seconds)
  }
  func warn(_ text: String, in frame: StepFrame) async { say("warning: \(text)") }

  private func conclude(_ findings: [Failure], _ message: String) throws {
    if !findings.isEmpty { throw Failure(.findings, message, related: findings) }
  }
}

extension FailureCode {
  /// Something that changes was called at a console that only reads.
  package static let consoleReads: FailureCode = "console.only_reads"
}
