import LuaVM
import Values

/// A driver that wraps another one, and changes some of what it does. The rest is passed on.
protocol DriverLayer: StepDriver {
  var inner: any StepDriver { get }
}

extension DriverLayer {
  func step(_ request: StepRequest) async throws -> LuaValue { try await inner.step(request) }
  func perform(_ call: PrimitiveCall, in frame: StepFrame) async throws -> LuaValue {
    try await inner.perform(call, in: frame)
  }
  func approve(_ message: String, in scope: Scope) async throws { try await inner.approve(message, in: scope) }
  func log(level: String, _ text: String, in scope: Scope) async throws {
    try await inner.log(level: level, text, in: scope)
  }
  func note(title: String, items: [String], in scope: Scope) async throws {
    try await inner.note(title: title, items: items, in: scope)
  }
  func showTable(title: String, headings: [String], rows: [[String]], in scope: Scope) async throws {
    try await inner.showTable(title: title, headings: headings, rows: rows, in: scope)
  }
  func refuse(_ findings: [Failure]) async throws { try await inner.refuse(findings) }
  func conclude(_ message: String, _ findings: [Failure]) async throws {
    try await inner.conclude(message, findings)
  }
  func recorded(_ kind: String, in scope: Scope, make: @Sendable () -> Value) async throws -> Value {
    try await inner.recorded(kind, in: scope, make: make)
  }
  func warn(_ text: String, in frame: StepFrame) async { await inner.warn(text, in: frame) }
  var handsOutUnknowns: Bool { inner.handsOutUnknowns }
  func now() -> Value { inner.now() }
  func sleep(seconds: Double, in scope: Scope, frame: StepFrame?) async throws {
    try await inner.sleep(seconds: seconds, in: scope, frame: frame)
  }
}
