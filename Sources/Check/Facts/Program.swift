import Engine
import LuaSyntax

/// All files of one check together: what their names mean across them.
final class Program {
  let vocabulary: Vocabulary
  private(set) var files: [CheckedFile] = []
  /// The files of modules, by the names that `require` knows.
  var modules: [String: Int] = [:]
  /// The values passed for parameters, if all known calls agree.
  private var parameterTypes: [VariableRef: ValueType] = [:]
  private var known: [VariableRef: ValueType] = [:]
  private var inProgress: Set<VariableRef> = []
  private var depth = 0
  /// How many more types are looked up: far more than handwritten files need, and a limit for generated ones.
  private var steps = 1_000_000

  struct VariableRef: Hashable {
    var file: Int
    var variable: Int
  }

  init(_ vocabulary: Vocabulary) { self.vocabulary = vocabulary }

  /// Adds a file and gives its number.
  func add(_ file: CheckedFile) -> Int {
    files.append(file)
    return files.count - 1
  }

  // MARK: Names

  /// The dotted name of an expression that begins with a global: `swarm.join`.
  func path(_ expression: Expression) -> String? {
    switch expression.kind {
    case .name(let name, nil): return name
    case .suffixed(let base, let suffixes):
      guard case .name(let name, nil) = base.kind else { return nil }
      var parts = [name]
      for suffix in suffixes {
        guard case .member(let member) = suffix.kind else { return nil }
        parts.append(member)
      }
      return parts.joined(separator: ".")
    default: return nil
    }
  }

  /// The callee of a call.
  enum Callee {
    case builtin(Builtin)
    case primitive(String, Primitive)
    case function(FunctionRef)
    /// Something of Lua's own library, such as `pcall`.
    case library(String)
    case unknown
  }

  func callee(of call: FileFacts.Call, in file: Int) -> Callee {
    guard call.method == nil else { return .unknown }
    return callee(call.callee, in: file)
  }

  func callee(_ expression: Expression, in file: Int) -> Callee {
    if let path = path(expression) {
      if let builtin = vocabulary.builtins[path] { return .builtin(builtin) }
      if let primitive = vocabulary.primitives[path] { return .primitive(path, primitive) }
      return .library(path)
    }
    if case .function(let reference) = type(of: expression, in: file) { return .function(reference) }
    // local join = swarm.join
    if case .name(_, let variable?) = expression.kind, let value = onlyValue(variable, in: file), path(value) != nil {
      return callee(value, in: file)
    }
    return .unknown
  }

  func function(_ reference: FunctionRef) -> FunctionBody? {
    files[reference.file].facts.functions[reference.id]?.body
  }

  /// The one value that a variable ever has.
  func onlyValue(_ variable: Int, in file: Int) -> Expression? {
    let values = files[file].facts.values[variable] ?? []
    return values.count == 1 ? values[0] : nil
  }

  // MARK: Types

  /// The type of a value; also unknown if finding out would take more steps than a handwritten file ever needs.
  func type(of expression: Expression, in file: Int) -> ValueType {
    guard depth < 100, steps > 0 else { return .unknown }
    steps -= 1
    depth += 1
    defer { depth -= 1 }
    switch expression.kind {
    case .function(let body): return .function(FunctionRef(file: file, id: body.id))
    case .parenthesized(let inner): return type(of: inner, in: file)
    case .name(_, let variable?): return type(ofVariable: variable, in: file)
    case .suffixed(let base, let suffixes): return type(base, suffixes, in: file)
    default: return .unknown
    }
  }

  private func type(_ base: Expression, _ suffixes: [Expression.Suffix], in file: Int) -> ValueType {
    var current = type(of: base, in: file)
    // Whether all before is a dotted name.
    var isPath = true
    for (index, suffix) in suffixes.enumerated() {
      switch suffix.kind {
      case .member(let name): current = member(name, of: current)
      case .call(let arguments):
        if isPath, index < 100 {
          let callee =
            index == 0
            ? base
            : Expression(kind: .suffixed(base, Array(suffixes[..<index])), range: base.range.through(suffix.range))
          current = result(of: callee, arguments, in: file)
        } else if case .function(let reference) = current {
          current = result(of: reference)
        } else {
          current = .unknown
        }
      case .index(let key):
        if case .list(let element) = current, case .integer = key.kind { current = element } else { current = .unknown }
      case .method: current = .unknown
      }
      if case .member = suffix.kind { continue }
      isPath = false
    }
    return current
  }

  private func member(_ name: String, of type: ValueType) -> ValueType {
    switch type {
    case .object(let kind):
      if kind == "Run", name == "params" { return .params }
      let field = ObjectType.all.first { $0.name == kind }?.fields.first { $0.name == name }
      return field.map { ValueType(definition: $0.type) } ?? .unknown
    case .params:
      return secretParams.contains(name) ? .secret : .unknown
    case .table(let file, let variable):
      guard let value = files[file].facts.tableMembers[variable]?[name] else { return .unknown }
      return self.type(of: value, in: file)
    default: return .unknown
    }
  }

  /// The parameters of type secret of all runbooks that are checked.
  lazy var secretParams: Set<String> = Set(
    files.indices.flatMap { RunbookTable(of: $0, in: self)?.params.filter(\.isSecret).map(\.name) ?? [] })

  private func result(of callee: Expression, _ arguments: [Expression], in file: Int) -> ValueType {
    switch self.callee(callee, in: file) {
    case .builtin(let builtin):
      switch builtin.name {
      case "step", "scope":
        guard let body = arguments.last, case .function(let reference) = type(of: body, in: file) else {
          return .unknown
        }
        return result(of: reference)
      case "require":
        guard case .string(let name)? = arguments.first?.kind, let module = modules[name] else { return .unknown }
        return files[module].facts.result.map { type(of: $0, in: module) } ?? .unknown
      default: return builtin.returns.luaType.map(ValueType.init(definition:)) ?? .unknown
      }
    case .primitive(_, let primitive): return primitive.returns.luaType.map(ValueType.init(definition:)) ?? .unknown
    case .function(let reference): return result(of: reference)
    case .library, .unknown: return .unknown
    }
  }

  private func result(of reference: FunctionRef) -> ValueType {
    let marker = VariableRef(file: reference.file, variable: -reference.id - 1)
    if let type = known[marker] { return type }
    guard inProgress.insert(marker).inserted else { return .unknown }
    defer { inProgress.remove(marker) }
    let returned = files[reference.file].facts.functions[reference.id]?.returned ?? []
    guard let first = returned.first, let value = first else { return .unknown }
    let type = type(of: value, in: reference.file)
    let agrees = returned.allSatisfy { $0.map { self.type(of: $0, in: reference.file) } == type }
    known[marker] = agrees ? type : .unknown
    return agrees ? type : .unknown
  }

  private func type(ofVariable variable: Int, in file: Int) -> ValueType {
    let reference = VariableRef(file: file, variable: variable)
    if let type = known[reference] { return type }
    guard inProgress.insert(reference).inserted else { return .unknown }
    defer { inProgress.remove(reference) }
    let type = compute(variable, in: file)
    known[reference] = type
    return type
  }

  private func compute(_ variable: Int, in file: Int) -> ValueType {
    let facts = files[file].facts
    if facts.writes[variable] != nil { return .unknown }
    switch files[file].chunk.variables[variable].origin {
    case .parameter: return parameterTypes[VariableRef(file: file, variable: variable)] ?? .unknown
    case .loop:
      guard let list = facts.iterated[variable], case .list(let element) = type(of: list, in: file) else {
        return .unknown
      }
      return element
    case .local, .function:
      guard let value = onlyValue(variable, in: file) else { return .unknown }
      if case .table = value.kind { return .table(file: file, variable: variable) }
      return type(of: value, in: file)
    }
  }

  /// Finds out which values are passed for parameters: first those of runbooks' functions, then those that are passed
  /// on.
  func inferParameters() {
    for _ in 0..<6 {
      var passed: [VariableRef: [ValueType]] = [:]
      for index in files.indices {
        if let table = RunbookTable(of: index, in: self), let run = table.body?.parameters.first {
          passed[VariableRef(file: index, variable: run), default: []].append(.object("Run"))
        }
        for call in files[index].facts.calls { pass(call, in: index, &passed) }
      }
      let agreed = passed.compactMapValues { types in types.allSatisfy { $0 == types[0] } ? types[0] : nil }
      known = [:]
      if agreed == parameterTypes { break }
      parameterTypes = agreed
    }
  }

  private func pass(_ call: FileFacts.Call, in file: Int, _ passed: inout [VariableRef: [ValueType]]) {
    switch callee(of: call, in: file) {
    case .function(let reference):
      guard let body = function(reference) else { return }
      for (parameter, argument) in zip(body.parameters, call.arguments) {
        passed[VariableRef(file: reference.file, variable: parameter), default: []].append(type(of: argument, in: file))
      }
    case .builtin(let builtin) where builtin.name == "parallel":
      guard let last = call.arguments.last, case .function(let reference) = type(of: last, in: file),
        let item = function(reference)?.parameters.first
      else { return }
      for argument in call.arguments.dropLast() {
        guard case .list(let element) = type(of: argument, in: file) else { continue }
        passed[VariableRef(file: reference.file, variable: item), default: []].append(element)
      }
    default: return
    }
  }
}
