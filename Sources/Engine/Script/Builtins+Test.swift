import LuaVM
import Values

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
