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

extension Builtins {
  /// `parallel([name], list, [options], fn)` and `parallel([name], { a = fn, b = fn }, [options])`
  var parallel: LuaHostFunction {
    function("parallel") { call in
      var scope = try currentScope("parallel")
      let outer = scope
      var arguments = call.arguments[...]
      let isInStep = TaskContext.step != nil
      if case .string(let name)? = arguments.first {
        arguments.removeFirst()
        if !isInStep {
          try checkName(name, "parallel")
          try scope.claim(name, .scope, at: call.location())
          scope = scope.child(name)
        }
      }
      let usage = "parallel(hosts, function(host) … end), or parallel { first = function() … end, second = … }"
      if case .object(let object)? = arguments.first, let unknown = object.payload as? Unknown {
        if let location = call.location() { session.driver.decided(by: unknown, at: location) }
        return .returns([arguments[0]])
      }
      guard case .table(let table)? = arguments.popFirst() else {
        throw Failure(.argument, "parallel: a list or a table of functions is missing", hint: usage)
      }
      var limits = BranchGroup.Limits()
      if case .table(let options)? = arguments.first {
        arguments.removeFirst()
        limits = try self.limits(call.snapshot(.table(options)))
      }
      let branches: [Branch]
      let isKeyed: Bool
      if case .function(let body)? = arguments.first {
        isKeyed = false
        let items = try call.elements(table)
        try session.driver.called(items.count)
        branches = try items.enumerated().map { index, item in
          try branch(for: item, at: index, running: body, call)
        }
      } else {
        isKeyed = true
        let named = try call.fields(table)
        try session.driver.called(named.count)
        branches = try named.keys.sorted().map { name in
          guard case .function(let body)? = named[name] else {
            throw Failure(.argument, "parallel: the branch \"\(name)\" is not a function", hint: usage)
          }
          return Branch(name: name, host: nil, arguments: [], body: body)
        }
      }
      if !isInStep {
        for (index, branch) in branches.enumerated() {
          try checkName(branch.name, "parallel", isKeyed ? "a branch's name" : "the name of element \(index + 1)")
          try scope.claim(branch.name, .branch, at: call.location())
        }
      }
      let group = BranchGroup(session: session, scope: scope, outer: outer, isInStep: isInStep, limits: limits)
      return .awaits {
        let results = try await group.run(branches)
        guard isKeyed else { return [.list(results)] }
        return [.dictionary(Dictionary(uniqueKeysWithValues: zip(branches.map(\.name), results)))]
      }
    }
  }

  private func limits(_ options: LuaValue) throws -> BranchGroup.Limits {
    let given = try ArgumentCheck(function: "parallel", conversion: session.conversion)
      .options(options, BuiltinList.parallelOptions)
    return BranchGroup.Limits(
      limit: Int(given.optionalInteger("limit") ?? .max), serial: Int(given.optionalInteger("serial") ?? .max),
      failures: Int(given.optionalInteger("max_failures") ?? 0))
  }

  private func branch(
    for item: LuaValue, at index: Int, running body: LuaFunction, _ call: borrowing LuaCall
  ) throws -> Branch {
    let name: String
    var host: String?
    switch item {
    case .object(let object):
      name = object.text
      host = (object.payload as? HostView)?.name
    case .string(let text): name = text
    case .integer(let number): name = String(number)
    case .table(let table):
      guard case .string(let text)? = try? call.fields(table)["name"] else { fallthrough }
      name = text
    default:
      throw Failure(
        .argument, "parallel: element \(index + 1) is \(item.kindName) without a name",
        hint: "use elements that can name the branches: hosts, texts, numbers, or tables with a member name")
    }
    return Branch(name: name, host: host, arguments: [item], body: body)
  }
}
