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
