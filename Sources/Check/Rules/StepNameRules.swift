import Engine
import LuaSyntax

/// Names of steps, scopes and approvals that occur twice, or differ each time a run is resumed.
struct StepNameRules {
  let program: Program
  let findings: Findings

  private struct Named {
    var call: FileFacts.Call
    var kind: String
    var name: Expression
  }

  func check() {
    for (index, file) in program.files.enumerated() {
      let named = file.facts.calls.compactMap { self.named($0, index) }
      let main = mainFunction(file, index)
      for one in named {
        fitness(one, isAtTop: one.call.function == main, file)
        loop(one, file)
        chance(one, index, file)
      }
      duplicates(named, file)
    }
  }

  private func named(_ call: FileFacts.Call, _ index: Int) -> Named? {
    guard call.isReachable, let first = call.arguments.first,
      case .builtin(let builtin) = program.callee(of: call, in: index)
    else { return nil }
    switch builtin.name {
    case "step", "scope": return Named(call: call, kind: builtin.name, name: first)
    case "approve": return Named(call: call, kind: "approval", name: first)
    case "parallel":
      guard case .string = first.kind else { return nil }
      return Named(call: call, kind: "scope", name: first)
    default: return nil
    }
  }

  private func duplicates(_ named: [Named], _ file: CheckedFile) {
    var seen: [String: [Named]] = [:]
    for one in named {
      guard case .string(let text) = one.name.kind else { continue }
      // As a run compares them: in their form for a path.
      let key = "\(one.call.function)/" + PathName((one.kind == "approval" ? "approve: " : "") + text).component
      if let earlier = seen[key]?.first(where: { canBothHappen($0.call, one.call) }) {
        findings.add(
          .duplicateStep, one.name.range, in: file,
          "there is a \(earlier.kind) \"\(text)\" in this scope already, in line \(file.line(earlier.name.range))",
          hint: "give each its own name, because a name is an identity, or put one into a scope")
      }
      // Of many branches that exclude each other the first ones are enough.
      if seen[key, default: []].count < 50 { seen[key, default: []].append(one) }
    }
  }

  /// A name that can't be part of a path, or is reserved for the engine.
  private func fitness(_ named: Named, isAtTop: Bool, _ file: CheckedFile) {
    guard case .string(let text) = named.name.kind else { return }
    let problem =
      PathName.problem(with: text, mayHaveLines: named.kind == "approval")
      ?? (isAtTop && PathName(text).component == PathName.reserved && named.kind != "approval"
        ? "is \"\(PathName.reserved)\", below which a rollback records what it undoes" : nil)
    guard let problem else { return }
    findings.add(
      .unfitName, named.name.range, in: file, "the name of this \(named.kind) \(problem)",
      hint: "write another one: a short text of visible characters")
  }

  /// The function that the file hands to `runbook`.
  private func mainFunction(_ file: CheckedFile, _ index: Int) -> Int? {
    for call in file.facts.calls {
      guard case .builtin(let builtin) = program.callee(of: call, in: index), builtin.name == "runbook",
        case .table(let fields)? = call.arguments.first?.kind
      else { continue }
      for field in fields { if case .function(let body) = field.value.kind { return body.id } }
    }
    return nil
  }

  /// Whether the second can still happen after the first.
  private func canBothHappen(_ first: FileFacts.Call, _ second: FileFacts.Call) -> Bool {
    var common = 0
    for (one, other) in zip(first.branches, second.branches) {
      if one.condition == other.condition && one.branch != other.branch { return false }
      guard one == other else { break }
      common += 1
    }
    return !first.branches.dropFirst(common).contains(where: \.isLeft)
  }

  private func loop(_ named: Named, _ file: CheckedFile) {
    guard let loop = named.call.loops.last, !named.call.branches.contains(where: \.isLeft),
      isFixed(named.name, in: loop, file)
    else { return }
    findings.add(
      .stepNameInLoop, named.name.range, in: file, "this \(named.kind) has the same name in each pass of the loop",
      hint: "add what differs to the name: \"… \" .. item")
  }

  /// Whether a name is the same in each pass.
  private func isFixed(_ name: Expression, in loop: SourceRange, _ file: CheckedFile) -> Bool {
    func isInside(_ range: SourceRange) -> Bool { range.start >= loop.start && range.end <= loop.end }
    switch name.kind {
    case .nil, .boolean, .integer, .number, .string: return true
    case .parenthesized(let inner), .unary(_, let inner): return isFixed(inner, in: loop, file)
    case .operation(let first, let operands):
      return isFixed(first, in: loop, file) && operands.allSatisfy { isFixed($0.value, in: loop, file) }
    case .name(_, let variable?):
      let writes = file.facts.writes[variable] ?? []
      return !isInside(file.chunk.variables[variable].range) && !writes.contains(where: isInside)
    case .name, .varargs, .function, .table, .suffixed: return false
    }
  }

  /// A name with a table's or function's address in it.
  private func chance(_ named: Named, _ index: Int, _ file: CheckedFile) {
    func look(_ expression: Expression) {
      switch expression.kind {
      case .parenthesized(let inner): look(inner)
      case .operation(let first, let operands):
        look(first)
        operands.forEach { look($0.value) }
      case .suffixed(let base, let suffixes):
        guard case .name("tostring", nil) = base.kind, suffixes.count == 1,
          case .call(let arguments) = suffixes[0].kind, let value = arguments.first, isAddress(value, index)
        else { return }
        findings.add(
          .nonDeterministic, expression.range, in: file, "this is an address, which differs in each run",
          hint: "name the \(named.kind) by a text, a number or a host")
      default: return
      }
    }
    look(named.name)
  }

  private func isAddress(_ value: Expression, _ index: Int) -> Bool {
    if case .table = value.kind { return true }
    switch program.type(of: value, in: index) {
    case .function, .table: return true
    default: return false
    }
  }
}
