import LuaVM
import Synchronization
import Values

/// A step that the script has reached.
struct StepRequest: Sendable {
  var path: String
  var host: String?
  var scope: Scope
  /// Its place in the order of the script.
  var order: [Int]
  var options: StepOptions
  var location: SourceLocation?
  /// The lines of its functions and its options, to notice an edit.
  var code: String
  /// Runs the step's function and gives a snapshot of what it returned.
  var body: @Sendable () async throws -> LuaValue
  /// Runs the step's `check`.
  var check: (@Sendable () async throws -> LuaValue)?
}

/// A checked call of a primitive.
struct PrimitiveCall: Sendable {
  /// As the script calls it, for example `swarm.join`.
  var name: String
  var primitive: Primitive
  var arguments: ArgumentCheck.Outcome
  var location: SourceLocation?
}

/// What carries out the script's steps: the real execution with its journal, or a plan.
protocol StepDriver: Sendable {
  func step(_ request: StepRequest) async throws -> LuaValue
  func perform(_ call: PrimitiveCall, in frame: StepFrame) async throws -> LuaValue
  func approve(_ message: String, in scope: Scope) async throws
  func log(level: String, _ text: String, in scope: Scope) async throws
  func note(title: String, items: [String], in scope: Scope) async throws
  func showTable(title: String, headings: [String], rows: [[String]], in scope: Scope) async throws
  func refuse(_ findings: [Failure]) async throws
  func conclude(_ message: String, _ findings: [Failure]) async throws
  /// A value that a replay sees again.
  func recorded(_ kind: String, in scope: Scope, make: @Sendable () -> Value) async throws -> Value
  func now() -> Value
  func sleep(seconds: Double, in scope: Scope, frame: StepFrame?) async throws
  /// Called for built-ins that take time, and for branches. Throws when a walk does not end.
  func called(_ number: Int) throws
  /// Whether the script may get an ``Unknown``.
  var handsOutUnknowns: Bool { get }
  /// Sees where the script decides by something that is not known yet; `nil` if that is not watched.
  var decisions: WatchedDecisions? { get }
  /// The script decides by that.
  func decided(by unknown: Unknown, at location: SourceLocation)
  /// Shows something that the author should fix; it is not part of the run.
  func warn(_ text: String, in frame: StepFrame) async
}

extension StepDriver {
  func called(_ number: Int) throws {}
  var handsOutUnknowns: Bool { false }
  var decisions: WatchedDecisions? { nil }
  func decided(by unknown: Unknown, at location: SourceLocation) {}

  /// A walk has no observer.
  func warn(_ text: String, in frame: StepFrame) async {}
}

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

/// Hands a script's steps to one driver and later to another: a rollback first walks, then carries out.
final class DriverSwitch: DriverLayer {
  private let current: Mutex<any StepDriver>

  init(_ first: any StepDriver) { current = Mutex(first) }

  /// From now on another one.
  func use(_ driver: any StepDriver) { current.withLock { $0 = driver } }

  var inner: any StepDriver { current.withLock { $0 } }
}
