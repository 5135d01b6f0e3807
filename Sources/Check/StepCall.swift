import LuaSyntax

/// A call of `step`, with its options taken apart.
struct StepCall {
  var call: FileFacts.Call
  var name: Expression?
  var body: Expression?
  var check: Expression?
  var undo: (value: Expression, range: SourceRange)?

  init?(_ call: FileFacts.Call, in file: Int, of program: Program) {
    guard case .builtin(let builtin) = program.callee(of: call, in: file), builtin.name == "step" else { return nil }
    self.call = call
    name = call.arguments.first
    guard call.arguments.count > 1 else { return }
    body = call.arguments.last
    guard call.arguments.count > 2 else { return }
    var options = call.arguments[1]
    if case .name(_, let variable?) = options.kind { options = program.onlyValue(variable, in: file) ?? options }
    guard case .table(let fields) = options.kind else { return }
    for field in fields {
      guard case .name(let key, let range) = field.key else { continue }
      if key == "check" { check = field.value }
      if key == "undo" { undo = (field.value, range) }
    }
  }
}
