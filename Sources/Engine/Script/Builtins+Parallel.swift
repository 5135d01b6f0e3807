import LuaVM
import Values

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
