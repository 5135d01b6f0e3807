import Foundation
import LuaVM
import Values

/// The functions that every runbook has, besides the host modules. One file each in this folder.
struct Builtins: Sendable {
  let session: ScriptSession

  var all: [String: LuaItem] {
    var items: [String: LuaItem] = [
      "runbook": .function(runbook), "step": .function(step), "scope": .function(scope),
      "parallel": .function(parallel), "approve": .function(approve), "note": .function(note),
      "show_table": .function(showTable), "conclude": .function(conclude),
      "refuse": .function(refuse), "fail": .function(fail), "secret": .function(secret),
      "require": .function(require), "requires_api": .function(requiresAPI), "print": .function(print),
      "log": .table(["info": .function(log("info")), "warn": .function(log("warning"))], name: "log", missing: nil),
    ]
    items.merge(time, uniquingKeysWith: { $1 })
    items.merge(json, uniquingKeysWith: { $1 })
    items.merge(recordedValues, uniquingKeysWith: { $1 })
    items.merge(absent, uniquingKeysWith: { $1 })
    return items
  }

  /// Built-ins of which a wrong call skips a part of the procedure.
  private static let structural: Set<String> = ["step", "scope", "parallel", "approve", "refuse", "conclude"]

  /// A built-in whose errors know the line of the script.
  func function(_ name: String, _ body: @escaping @Sendable (borrowing LuaCall) throws -> LuaOutcome) -> LuaHostFunction
  {
    LuaHostFunction(name) { call in
      let location = call.location()
      do {
        let outcome = try body(call)
        // A call answered at once is Lua that computes, and is interrupted when it takes long.
        guard case .awaits(let work) = outcome else { return outcome }
        try session.driver.called(1)
        return .awaits {
          do { return try await work() } catch var failure as Failure {
            failure.location = failure.location ?? location
            throw failure
          }
        }
      } catch var failure as Failure {
        failure.location = failure.location ?? location
        guard Self.structural.contains(name) else { throw failure }
        session.failures.note(mistake: failure)
        // In a step it is the step that fails.
        if TaskContext.step == nil { throw RunEnded(failure: failure) }
        throw failure
      }
    }
  }

  /// The text at that argument, or an error.
  func text(_ call: borrowing LuaCall, _ index: Int, _ function: String, _ what: String) throws -> String {
    guard index < call.arguments.count else { throw Failure(.argument, "\(function): \(what) is missing") }
    switch call.arguments[index] {
    case .string(let text): return text
    case .integer(let number): return String(number)
    case .number(let number): return String(number)
    case .object(let object) where object.payload is HostView || object.payload is Unknown: return object.text
    case let other: throw Failure(.argument, "\(function): \(what) must be text, not \(other.kindName)")
    }
  }

  /// Throws when a name can't be part of a path.
  func checkName(
    _ name: String, _ function: String, _ what: String = "the name", mayHaveLines: Bool = false
  ) throws {
    guard let problem = PathName.problem(with: name, mayHaveLines: mayHaveLines) else { return }
    throw Failure(
      .argument, "\(function): \(what) \(problem)",
      hint: "write a short text of visible characters: a resume finds done steps by their names")
  }

  /// The scope, which every built-in but `runbook` and `require` needs.
  func currentScope(_ function: String) throws -> Scope {
    guard let scope = TaskContext.scope else {
      throw Failure(
        .outsideStep, "\(function) was called while the file was being loaded",
        hint: "call it inside the function of runbook { … }")
    }
    return scope
  }
}

extension Builtins {
  /// `time.now()` and `time.sleep(duration)`: a replay sees the same time again, and continues the wait.
  var time: [String: LuaItem] {
    [
      "time": .table(
        ["now": .function(now), "sleep": .function(sleep), "text": .function(timeText)], name: "time", missing: nil)
    ]
  }

  private var now: LuaHostFunction {
    function("time.now") { call in
      let scope = try currentScope("time.now")
      let session = session
      return .awaits {
        [session.conversion.lua(try await session.driver.recorded("time.now", in: scope) { session.driver.now() })]
      }
    }
  }

  private var sleep: LuaHostFunction {
    function("time.sleep") { call in
      let scope = try currentScope("time.sleep")
      let checked = try ArgumentCheck(function: "time.sleep", conversion: session.conversion).check(
        call.arguments, against: BuiltinList.named("time.sleep").parameters
      ).arguments
      let frame = TaskContext.step
      let driver = session.driver
      return .awaits {
        try await driver.sleep(seconds: (checked.duration("duration") ?? .zero).seconds, in: scope, frame: frame)
        return []
      }
    }
  }

  /// `time.text(seconds)`: a moment in ISO 8601, in UTC.
  private var timeText: LuaHostFunction {
    function("time.text") { call in
      let checked = try ArgumentCheck(function: "time.text", conversion: session.conversion).check(
        call.arguments, against: BuiltinList.named("time.text").parameters
      )
      guard case .number(let seconds)? = checked.arguments["seconds"] else { return .returns([.nil]) }
      return .returns([.string(Date(timeIntervalSince1970: seconds).formatted(.iso8601))])
    }
  }
}

extension Builtins {
  /// `json.encode(value, [{ pretty = true }])` and `json.decode(text)`
  var json: [String: LuaItem] {
    ["json": .table(["encode": .function(encode), "decode": .function(decode)], name: "json", missing: nil)]
  }

  private var encode: LuaHostFunction {
    function("json.encode") { call in
      let given = try call.arguments.map { try call.snapshot($0) }
      let checked = try ArgumentCheck(function: "json.encode", conversion: session.conversion).check(
        given, against: BuiltinList.named("json.encode").parameters)
      if let unknown = checked.unknown { return .returns([.object(unknown.object)]) }
      do {
        return .returns([
          .string(
            try JSON.encode(
              checked.arguments["value"] ?? .null, secrets: .refused,
              isPretty: checked.arguments.record("options").flag("pretty")))
        ])
      } catch let error as EncodingError {
        guard case .invalidValue(let what, _) = error else { throw error }
        throw Failure(.argument, "json.encode: JSON can't hold \(what)")
      }
    }
  }

  private var decode: LuaHostFunction {
    function("json.decode") { call in
      if case .object(let object)? = call.arguments.first, object.payload is Unknown {
        return .returns([call.arguments[0]])
      }
      let text = try text(call, 0, "json.decode", "the text")
      do { return .returns([session.conversion.lua(try JSON.decode(text))]) } catch {
        throw Failure(.argument, "json.decode: the text is not JSON", cause: String(describing: error))
      }
    }
  }
}

extension Builtins {
  /// `test(name, fn)`, in files of tests only.
  func test(_ register: @escaping @Sendable (TestScript.Case) throws -> Void) -> LuaHostFunction {
    function("test") { call in
      guard TaskContext.step == nil else {
        throw Failure(.argument, "test was called inside a test", hint: "register all tests while the file is loaded")
      }
      let name = try text(call, 0, "test", "the name")
      guard call.arguments.count == 2, case .function(let body) = call.arguments[1] else {
        throw Failure(.argument, "test: a function is missing", hint: "test(\"\(name)\", function() … end)")
      }
      try register(TestScript.Case(name: name, location: call.location(), body: body))
      return .returns([])
    }
  }
}

extension Builtins {
  /// Functions that raise an error in place of names that plain Lua has but a runbook does not (``AbsentName``), by
  /// name.
  var absent: [String: LuaItem] {
    var items: [String: LuaItem] = [:]
    for absent in AbsentName.all where !AbsentName.tables.contains(where: { absent.name.hasPrefix($0 + ".") }) {
      items[absent.name] = .function(
        LuaHostFunction(absent.name) { call in throw Self.failure(absent, call.location()) })
    }
    for table in AbsentName.tables {
      items[table] = .table([:], name: table) { member in
        let name = "\(table).\(member)"
        return Self.failure(AbsentName.of(name) ?? AbsentName(name: name, hint: ""), nil)
      }
    }
    return items
  }

  private static func failure(_ absent: AbsentName, _ location: SourceLocation?) -> Failure {
    Failure(.notAvailable, "\(absent.name) is not available in a runbook", location: location, hint: absent.hint)
  }
}
