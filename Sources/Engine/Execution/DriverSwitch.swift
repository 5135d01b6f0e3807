import LuaVM
import Synchronization
import Values

/// Hands a script's steps to one driver and later to another: a rollback first walks, then carries out.
final class DriverSwitch: StepDriver {
  private let current: Mutex<any StepDriver>

  init(_ first: any StepDriver) { current = Mutex(first) }

  /// From now on another one.
  func use(_ driver: any StepDriver) { current.withLock { $0 = driver } }

  private var driver: any StepDriver { current.withLock { $0 } }

  func step(_ request: StepRequest) async throws -> LuaValue { try await driver.step(request) }
  func perform(_ call: PrimitiveCall, in frame: StepFrame) async throws -> LuaValue {
    try await driver.perform(call, in: frame)
  }
  func approve(_ message: String, in scope: Scope) async throws { try await driver.approve(message, in: scope) }
  func log(level: String, _ text: String, in scope: Scope) async throws {
    try await driver.log(level: level, text, in: scope)
  }
  func note(title: String, items: [String], in scope: Scope) async throws {
    try await driver.note(title: title, items: items, in: scope)
  }
  func showTable(title: String, headings: [String], rows: [[String]], in scope: Scope) async throws {
    try await driver.showTable(title: title, headings: headings, rows: rows, in: scope)
  }
  func refuse(_ findings: [Failure]) async throws {
    try await driver.refuse(findings)
  }
  func conclude(_ message: String, _ findings: [Failure]) async throws {
    try await driver.conclude(message, findings)
  }
  func recorded(_ kind: String, in scope: Scope, make: @Sendable () -> Value) async throws -> Value {
    try await driver.recorded(kind, in: scope, make: make)
  }
  func now() -> Value { driver.now() }
  func sleep(seconds: Double, in scope: Scope, frame: StepFrame?) async throws {
    try await driver.sleep(seconds: seconds, in: scope, frame: frame)
  }
}
