import LuaSyntax

/// The table of `runbook { … }` in a file.
struct RunbookTable {
  struct Param {
    var name: String
    var range: SourceRange
    var isSecret: Bool
  }

  var params: [Param] = []
  /// Whether `params` is written out, so that it is known that there are no others.
  var areParamsKnown = true
  var body: FunctionBody?
  var call: FileFacts.Call

  init?(of file: Int, in program: Program) {
    let calls = program.files[file].facts.calls.filter { $0.method == nil && program.path($0.callee) == "runbook" }
    guard let call = calls.first, case .table(let fields)? = call.arguments.first?.kind else { return nil }
    self.call = call
    for field in fields {
      switch field.key {
      case .position(1):
        if case .function(let reference) = program.type(of: field.value, in: file), reference.file == file {
          body = program.function(reference)
        }
      case .name("params", _): readParams(field.value)
      case .name, .position, .expression: break
      }
    }
  }

  private mutating func readParams(_ value: Expression) {
    guard case .table(let fields) = value.kind else {
      areParamsKnown = false
      return
    }
    for field in fields {
      guard case .name(let name, let range) = field.key else {
        areParamsKnown = false
        continue
      }
      var isSecret = false
      if case .table(let members) = field.value.kind {
        isSecret = members.contains { member in
          if case .name("type", _) = member.key, case .string("secret") = member.value.kind { true } else { false }
        }
      }
      params.append(Param(name: name, range: range, isSecret: isSecret))
    }
  }
}

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
