import LuaSyntax

/// Walks through a file and gathers its ``FileFacts``.
struct FactCollector {
  private(set) var facts = FileFacts()
  private var function = 0
  private var loops: [SourceRange] = []
  private var branches: [FileFacts.Branch] = []
  private var conditions = 0
  private var isReachable = true
  private let chunk: Chunk

  init(_ chunk: Chunk) {
    self.chunk = chunk
    visit(chunk.block)
    if case .returns(let values)? = chunk.block.statements.last?.kind { facts.result = values.first }
  }

  // MARK: Statements

  private mutating func visit(_ block: Block) {
    let outer = isReachable
    var wasLeft = false
    for statement in block.statements {
      if wasLeft {
        if case .label = statement.kind {
          isReachable = outer
        } else if isReachable {
          facts.unreachable.append(statement.range)
          isReachable = false
        }
        if case .label = statement.kind { wasLeft = false }
      }
      visit(statement)
      if Leaving.leaves(statement) { wasLeft = true }
    }
    isReachable = outer
  }

  private mutating func visit(_ statement: Statement) {
    switch statement.kind {
    case .local(let variables, let values):
      for value in values {
        let count = facts.taken.count
        visit(value)
        if case .name = value.kind { facts.taken.removeLast(facts.taken.count - count) }
        if case .suffixed(_, let suffixes) = value.kind, suffixes.last?.isCall == false { facts.taken.removeLast() }
      }
      for (index, variable) in variables.enumerated() { declare(variable, value(index, of: values)) }
    case .assignment(let targets, let values):
      values.forEach { visit($0) }
      for (index, target) in targets.enumerated() { assign(target, value(index, of: values)) }
    case .call(let call): visit(call)
    case .block(let block): visit(block)
    case .whileLoop(let condition, let block):
      inLoop(statement.range) {
        $0.visit(condition)
        $0.visit(block)
      }
    case .repeatLoop(let block, let condition):
      inLoop(statement.range) {
        $0.visit(block)
        $0.visit(condition)
      }
    case .condition(let parts, let otherwise):
      conditions += 1
      let number = conditions
      for (index, part) in parts.enumerated() {
        visit(part.condition)
        inBranch(number, index, part.block)
      }
      if let otherwise { inBranch(number, parts.count, otherwise) }
    case .numericFor(let variable, let values, let block):
      facts.homes[variable] = function
      values.forEach { visit($0) }
      inLoop(statement.range) { $0.visit(block) }
    case .genericFor(let variables, let values, let block):
      for variable in variables { facts.homes[variable] = function }
      values.forEach { visit($0) }
      if case .suffixed(let base, let suffixes)? = values.first?.kind, case .name("ipairs", nil) = base.kind,
        case .call(let arguments)? = suffixes.first?.kind, suffixes.count == 1, variables.count > 1
      {
        facts.iterated[variables[1]] = arguments.first
      }
      if case .name("next", nil)? = values.first?.kind { facts.nextLoops.append(values[0].range) }
      inLoop(statement.range) { $0.visit(block) }
    case .function(let target, let body):
      enter(body)
      assign(target, Expression(kind: .function(body), range: body.range))
    case .localFunction(let variable, let body):
      declare(variable, Expression(kind: .function(body), range: body.range))
      enter(body)
    case .returns(let values):
      values.forEach { visit($0) }
      facts.functions[function]?.returned.append(values.first)
    case .breaks, .goto, .label: break
    }
  }

  private mutating func inLoop(_ range: SourceRange, _ body: (inout Self) -> Void) {
    loops.append(range)
    body(&self)
    loops.removeLast()
  }

  private mutating func inBranch(_ condition: Int, _ branch: Int, _ block: Block) {
    let isLeft = block.statements.contains(where: Leaving.leaves)
    branches.append(.init(condition: condition, branch: branch, isLeft: isLeft))
    visit(block)
    branches.removeLast()
  }

  /// The value that the target at that place gets; `nil` if it is not known.
  private func value(_ index: Int, of values: [Expression]) -> Expression? {
    if index < values.count - 1 { return values[index] }
    guard let last = values.last else { return nil }
    if index == values.count - 1 { return last }
    return nil
  }

  private mutating func declare(_ variable: Int, _ value: Expression?) {
    facts.homes[variable] = function
    facts.values[variable, default: []].append(value)
    if case .table(let fields)? = value?.kind { addMembers(fields, to: variable) }
  }

  private mutating func addMembers(_ fields: [TableField], to variable: Int) {
    for field in fields {
      if case .name(let name, _) = field.key { facts.tableMembers[variable, default: [:]][name] = field.value }
      if case .expression = field.key { facts.openTables.insert(variable) }
    }
  }

  private mutating func assign(_ target: Expression, _ value: Expression?) {
    switch target.kind {
    case .name(_, let variable?):
      facts.values[variable, default: []].append(value)
      facts.writes[variable, default: []].append(target.range)
      facts.changes.append(.init(variable: variable, function: function, range: target.range))
    case .name(let name, nil): facts.globalWrites.append(.init(name: name, range: target.range))
    case .suffixed(let base, let suffixes):
      if case .name(_, let variable?) = base.kind {
        facts.changes.append(.init(variable: variable, function: function, range: target.range))
      }
      // The last suffix is written, all before it are read.
      if case .name(_, let variable?) = base.kind, suffixes.count == 1 {
        if case .member(let name) = suffixes[0].kind {
          facts.tableMembers[variable, default: [:]][name] = value
        } else {
          facts.openTables.insert(variable)
        }
      }
      visitChain(base, suffixes.dropLast())
      if case .index(let key)? = suffixes.last?.kind { visit(key) }
    default: visit(target)
    }
  }

  // MARK: Expressions

  private mutating func visit(_ expression: Expression) {
    switch expression.kind {
    case .nil, .boolean, .integer, .number, .string, .varargs: break
    case .function(let body): enter(body)
    case .table(let fields):
      for field in fields {
        if case .expression(let key) = field.key { visit(key) }
        visit(field.value)
      }
    case .name:
      visitBase(expression)
      facts.taken.append(expression)
    case .suffixed(let base, let suffixes):
      visitChain(base, suffixes[...])
      if suffixes.last?.isCall == false { facts.taken.append(expression) }
    case .operation(let first, let operands):
      visit(first)
      operands.forEach { visit($0.value) }
      collectConcatenation(first, operands, expression.range)
    case .unary(_, let operand): visit(operand)
    case .parenthesized(let inner): visit(inner)
    }
  }

  private mutating func collectConcatenation(
    _ first: Expression, _ operands: [Expression.Operand], _ range: SourceRange
  ) {
    guard operands.contains(where: { $0.sign == ".." }) else { return }
    facts.concatenations.append(
      (
        [operands[0].sign == ".." ? first : nil].compactMap { $0 }
          + operands.filter { $0.sign == ".." }.map(\.value), range
      ))
  }

  private mutating func visitBase(_ base: Expression) {
    guard case .name(let name, let variable) = base.kind else { return visit(base) }
    if let variable {
      facts.uses.append(.init(variable: variable, function: function, range: base.range))
    } else {
      facts.globalReads.append(.init(name: name, range: base.range))
    }
  }

  private mutating func visitChain(_ base: Expression, _ suffixes: ArraySlice<Expression.Suffix>) {
    visitBase(base)
    for index in suffixes.indices {
      let suffix = suffixes[index]
      let before = suffixes[..<index]
      // For a chain longer than people write, it is not known what is read or called.
      let object =
        before.isEmpty
        ? base
        : before.count > 100
          ? Expression(kind: .varargs, range: base.range.through(before.last!.range))
          : Expression(kind: .suffixed(base, Array(before)), range: base.range.through(before.last!.range))
      switch suffix.kind {
      case .member(let name): facts.members.append(.init(base: object, name: name, range: suffix.nameRange))
      case .index(let key): visit(key)
      case .call(let arguments): call(object, nil, arguments, suffix, base)
      case .method(let name, let arguments): call(object, name, arguments, suffix, base)
      }
    }
  }

  private mutating func call(
    _ callee: Expression, _ method: String?, _ arguments: [Expression], _ suffix: Expression.Suffix, _ base: Expression
  ) {
    let nameRange = method == nil ? callee.range : suffix.nameRange
    if case .suffixed(let library, let members) = callee.kind, case .name("table", nil) = library.kind,
      case .member(let name)? = members.first?.kind, ["insert", "remove", "sort"].contains(name),
      case .name(_, let variable?)? = arguments.first?.kind
    {
      facts.changes.append(.init(variable: variable, function: function, range: nameRange))
    }
    facts.calls.append(
      .init(
        callee: callee, method: method, arguments: arguments, range: base.range.through(suffix.range),
        nameRange: nameRange, function: function, loops: loops, branches: branches, isReachable: isReachable))
    arguments.forEach { visit($0) }
  }

  private mutating func enter(_ body: FunctionBody) {
    facts.functions[body.id] = .init(body: body, outer: function)
    for parameter in body.parameters { facts.homes[parameter] = body.id }
    let kept = (function, loops, branches, isReachable)
    (function, loops, branches) = (body.id, [], [])
    visit(body.block)
    (function, loops, branches, isReachable) = kept
  }
}
