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
