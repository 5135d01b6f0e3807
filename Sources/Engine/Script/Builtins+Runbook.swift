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
