import Foundation
import Journal
import LuaVM
import Values

extension Builtins {
  /// Values that differ each time: recorded between steps, so that a replay sees them again. They are sealed, because
  /// the runbook may use them for anything: a password, for example.
  var recordedValues: [String: LuaItem] {
    [
      "random": .table(
        ["integer": .function(randomInteger), "uuid": .function(uuid)], name: "random", missing: nil),
      "env": .function(environment),
    ]
  }

  /// `random.integer(low, high)`
  private var randomInteger: LuaHostFunction {
    function("random.integer") { call in
      let checked = try ArgumentCheck(function: "random.integer", conversion: session.conversion).check(
        call.arguments,
        against: BuiltinList.named("random.integer").parameters
      ).arguments
      let (low, high) = (checked.integer("low"), checked.integer("high"))
      guard low <= high else { throw Failure(.argument, "random.integer: \(low) is above \(high)") }
      return try recorded("random.integer") { .integer(Int64.random(in: low...high)) }
    }
  }

  /// `random.uuid()`
  private var uuid: LuaHostFunction {
    function("random.uuid") { _ in try recorded("random.uuid") { .string(UUID().uuidString.lowercased()) } }
  }

  /// `env(name)`
  private var environment: LuaHostFunction {
    function("env") { call in
      let name = try text(call, 0, "env", "the variable's name")
      try checkName(name, "env", "the variable's name")
      if name == SecretSealer.environmentVariable {
        throw Failure(.argument, "env: \(name) is the key of the journal, which runbooks can't read")
      }
      return try recorded("env \(name)") {
        ProcessInfo.processInfo.environment[name].map { .string($0) } ?? .null
      }
    }
  }

  private func recorded(_ kind: String, make: @escaping @Sendable () -> Value) throws -> LuaOutcome {
    let scope = try currentScope(kind)
    let session = session
    return .awaits {
      let sealed = try await session.driver.recorded(kind, in: scope) { SealedValue.seal(make()) }
      return [session.conversion.lua(SealedValue.open(sealed))]
    }
  }
}
