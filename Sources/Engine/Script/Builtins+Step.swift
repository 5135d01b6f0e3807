import LuaVM
import Values

extension Builtins {
  /// `step(name, [options], fn)`
  var step: LuaHostFunction {
    function("step") { call in
      let scope = try currentScope("step")
      let name = try text(call, 0, "step", "the name")
      if let frame = TaskContext.step {
        throw Failure(
          .nestedStep, "the step \"\(name)\" is inside the step \"\(frame.path)\"",
          hint: "put the steps one after the other, in a scope(\"…\", function() … end) if they belong together")
      }
      try checkName(name, "step")
      let location = call.location()
      let (options, body) = try stepArguments(call, name)
      try scope.claim(name, .step, at: location)
      let session = session
      let request = StepRequest(
        path: scope.path(of: name), host: options.host ?? scope.host, scope: scope, order: scope.nextOrder(),
        options: options, location: location, code: session.code(of: body, without: name) + options.code(in: session),
        body: { try await session.first(of: body, []) }, check: session.deferred(options.check))
      return .awaits {
        do { return [try await session.driver.step(request)] } catch let failure as Failure {
          session.failures.note(step: request.path, order: request.order, in: scope, failure)
          throw failure
        }
      }
    }
  }

  /// The options and the function of `step`.
  private func stepArguments(_ call: borrowing LuaCall, _ name: String) throws -> (StepOptions, LuaFunction) {
    let rest = call.arguments.dropFirst()
    if rest.count == 1, case .function(let body)? = rest.first { return (StepOptions(), body) }
    if rest.count == 2, case .table? = rest.first, case .function(let body)? = rest.last {
      return (try StepOptions(call.snapshot(rest.first!), conversion: session.conversion), body)
    }
    throw Failure(.argument, "step: a function is missing", hint: "step(\"\(name)\", function() … end)")
  }

  /// `scope(name, fn)`
  var scope: LuaHostFunction {
    function("scope") { call in
      let outer = try currentScope("scope")
      let name = try text(call, 0, "scope", "the name")
      guard call.arguments.count == 2, case .function(let body) = call.arguments[1] else {
        throw Failure(.argument, "scope: a function is missing", hint: "scope(\"\(name)\", function() … end)")
      }
      let session = session
      // No step can be in it, so there is nothing to name, and the next attempt comes here again.
      if TaskContext.step != nil { return .awaits { try await session.runtime.call(body, []) } }
      try checkName(name, "scope")
      try outer.claim(name, .scope, at: call.location())
      let inner = outer.child(name)
      return .awaits {
        let results = try await TaskContext.$scope.withValue(inner) { try await session.runtime.call(body, []) }
        outer.absorb(inner)
        return results
      }
    }
  }
}
