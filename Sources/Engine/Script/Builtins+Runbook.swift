import Foundation
import Journal
import LuaVM
import Values

extension Builtins {
  /// `runbook { summary = …, params = …, function(run) … end }`
  var runbook: LuaHostFunction {
    function("runbook") { call in
      guard call.arguments.count == 1, case .table(let table) = call.arguments[0] else {
        throw Failure(.runbookShape, "runbook takes one table", hint: Self.usage)
      }
      var definition = RunbookDefinition(location: call.location())
      var body: LuaFunction?
      for (key, value) in try call.entries(table) {
        switch (key, value) {
        case (.integer(1), .function(let function)): body = function
        case (.string("summary"), .string(let text)): definition.summary = text
        case (.string("params"), .table): definition.parameters = try RunParameter.read(call.snapshot(value))
        case (.string("inventory"), .table): definition.needs = try InventoryNeeds.read(call.snapshot(value))
        case (.string("requires_api"), .string(let text)):
          try APIVersion.current.check(text, of: "the runbook", at: definition.location)
        case (.string("summary"), _), (.string("params"), _), (.string("inventory"), _), (.string("requires_api"), _):
          throw Failure(.runbookShape, "runbook: a member is \(value.kindName)", hint: Self.usage)
        case (.string(let name), _):
          throw Failure(
            .runbookShape, "runbook: there is no member \"\(name)\"",
            hint: Suggestion.hint(for: name, among: RunbookDefinition.members.map(\.name).filter { $0 != "[1]" }))
        default:
          throw Failure(.runbookShape, "runbook: there must be one function", hint: Self.usage)
        }
      }
      guard let body else { throw Failure(.runbookShape, "runbook: the function is missing", hint: Self.usage) }
      definition.body = body
      guard session.define(definition) else {
        throw Failure(.runbookShape, "runbook was called twice", hint: "one file holds one runbook")
      }
      return .returns([.table(table)])
    }
  }

  private static let usage = "return runbook { summary = \"…\", params = { … }, function(run) … end }"

  /// `requires_api(version)`: the version that a module is written for. A runbook has it in its table.
  var requiresAPI: LuaHostFunction {
    function("requires_api") { call in
      let location = call.location()
      let file = location.map { "\($0.file)" } ?? "the module"
      try APIVersion.current.check(try text(call, 0, "requires_api", "the version"), of: file, at: location)
      return .returns([])
    }
  }

  /// `require(name)`: modules beside the runbook, then stdlib. They may hold steps.
  var require: LuaHostFunction {
    function("require") { call in
      let name = try text(call, 0, "require", "the module's name")
      let session = session
      return .awaits { [try await session.modules.load(name, in: session)] }
    }
  }
}

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
