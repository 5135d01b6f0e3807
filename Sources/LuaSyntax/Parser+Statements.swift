extension Parser {
  /// Statements up to what ends a block.
  mutating func statements() throws(LuaSyntaxError) -> Block {
    let start = token.range
    var list: [Statement] = []
    while !endsBlock(withUntil: true) {
      let isReturn = isKeyword(.return)
      list += try statement()
      if isReturn { break }
    }
    return Block(statements: list, range: list.isEmpty ? SourceRange(start.start, start.start) : start.through(last))
  }

  /// A block of its own, up to what ends it.
  private mutating func block() throws(LuaSyntaxError) -> Block {
    functions[functions.count - 1].enter()
    let block = try statements()
    try functions[functions.count - 1].leave()
    return block
  }

  private func endsBlock(withUntil: Bool) -> Bool {
    switch token.kind {
    case .end, .keyword(.else), .keyword(.elseif), .keyword(.end): true
    case .keyword(.until): withUntil
    default: false
    }
  }

  /// One statement; none for a semicolon, several for labels in a row.
  private mutating func statement() throws(LuaSyntaxError) -> [Statement] {
    try deepen()
    defer { rise() }
    let start = token.range
    var further: [Statement] = []
    let kind: Statement.Kind
    switch token.kind {
    case .sign(";"):
      try advance()
      return []
    case .keyword(.if): kind = try condition()
    case .keyword(.while):
      try advance()
      let condition = try expression()
      functions[functions.count - 1].enter(isLoop: true)
      try expect(.do)
      let body = try block()
      try expect("end", closing: "while", at: start)
      try functions[functions.count - 1].leave()
      kind = .whileLoop(condition, body)
    case .keyword(.do):
      try advance()
      let body = try block()
      try expect("end", closing: "do", at: start)
      kind = .block(body)
    case .keyword(.for): kind = try loop()
    case .keyword(.repeat): kind = try repeatLoop()
    case .keyword(.function): kind = try namedFunction()
    case .keyword(.local): kind = try local()
    case .sign("::"):
      try advance()
      let (name, range) = try name()
      try expect("::")
      // Statements that do nothing may be between a label and the end of its block.
      while isSign(";") || isSign("::") { further += try statement() }
      try functions[functions.count - 1].label(name, isLast: endsBlock(withUntil: false), range)
      kind = .label(name)
    case .keyword(.return): kind = try returns()
    case .keyword(.break):
      try advance()
      functions[functions.count - 1].jump(to: nil, start)
      kind = .breaks
    case .keyword(.goto):
      try advance()
      let (name, range) = try name()
      functions[functions.count - 1].jump(to: name, range)
      kind = .goto(name)
    default: kind = try callOrAssignment()
    }
    return [Statement(kind: kind, range: start.through(last))] + further
  }

  private mutating func condition() throws(LuaSyntaxError) -> Statement.Kind {
    let start = token.range
    var branches: [(condition: Expression, block: Block)] = []
    repeat {
      try advance()
      let condition = try expression()
      try expect(.then)
      branches.append((condition, try block()))
    } while isKeyword(.elseif)
    let otherwise = try take(.else) ? try block() : nil
    try expect("end", closing: "if", at: start)
    return .condition(branches, otherwise: otherwise)
  }

  private mutating func loop() throws(LuaSyntaxError) -> Statement.Kind {
    let start = token.range
    let function = functions.count - 1
    functions[function].enter(isLoop: true)
    try advance()
    var names = [try name()]
    let isNumeric = isSign("=")
    var values: [Expression]
    if try take("=") {
      values = [try expression()]
      try expect(",")
      values.append(try expression())
      if try take(",") { values.append(try expression()) }
      try hide(3)
    } else {
      guard isSign(",") || isKeyword(.in) else { throw unexpected("'=' or 'in'") }
      while try take(",") { names.append(try name()) }
      try expect(.in)
      values = try expressions()
      try hide(4)
    }
    try expect(.do)
    functions[function].enter()
    var declared: [Int] = []
    for (name, range) in names { declared.append(try declare(name, range, .loop)) }
    show(declared)
    let body = try block()
    try functions[function].leave()
    try expect("end", closing: "for", at: start)
    try functions[function].leave()
    return isNumeric ? .numericFor(declared[0], values, body) : .genericFor(declared, values, body)
  }

  private mutating func repeatLoop() throws(LuaSyntaxError) -> Statement.Kind {
    let start = token.range
    let function = functions.count - 1
    try advance()
    functions[function].enter(isLoop: true)
    functions[function].enter()
    let body = try statements()
    try expect("until", closing: "repeat", at: start)
    let condition = try expression()
    try functions[function].leave()
    try functions[function].leave()
    return .repeatLoop(body, condition)
  }

  private mutating func namedFunction() throws(LuaSyntaxError) -> Statement.Kind {
    let start = token.range
    try advance()
    let (first, range) = try name()
    var target = Expression(kind: .name(first, variable: variable(first)), range: range)
    var suffixes: [Expression.Suffix] = [], isMethod = false
    while isSign(".") || isSign(":") {
      let sign = token.range
      isMethod = isSign(":")
      try advance()
      let (member, location) = try name()
      suffixes.append(.init(kind: .member(member), range: sign.through(location), nameRange: location))
      if isMethod { break }
    }
    if !suffixes.isEmpty { target = Expression(kind: .suffixed(target, suffixes), range: range.through(last)) }
    let body = try function(from: start, isMethod: isMethod)
    try checkAssignable(target)
    return .function(target, body)
  }

  private mutating func local() throws(LuaSyntaxError) -> Statement.Kind {
    let start = token.range
    try advance()
    if try take(.function) {
      let (name, range) = try name()
      let variable = try declare(name, range, .function)
      show([variable])
      return .localFunction(variable, try function(from: start, isMethod: false))
    }
    var declared: [Int] = [], hasClosed = false
    repeat {
      let (name, range) = try name()
      let variable = try declare(name, range, .local)
      declared.append(variable)
      guard try take("<") else { continue }
      let (attribute, location) = try self.name()
      try expect(">")
      guard ["const", "close"].contains(attribute) else {
        throw LuaSyntaxError("there is no attribute '\(attribute)': it must be const or close", location)
      }
      variables[variable].isConstant = true
      guard attribute == "close" else { continue }
      if hasClosed { throw LuaSyntaxError("one local statement can have only one <close>", location) }
      hasClosed = true
      variables[variable].isClosed = true
    } while try take(",")
    let values = try take("=") ? try expressions() : []
    show(declared)
    return .local(declared, values)
  }

  private mutating func returns() throws(LuaSyntaxError) -> Statement.Kind {
    try advance()
    let values = endsBlock(withUntil: true) || isSign(";") ? [] : try expressions()
    _ = try take(";")
    return .returns(values)
  }

  private mutating func callOrAssignment() throws(LuaSyntaxError) -> Statement.Kind {
    let first = try suffixed()
    guard isSign("=") || isSign(",") else {
      if case .suffixed(_, let suffixes) = first.kind, suffixes.last?.isCall == true { return .call(first) }
      throw unexpected("'=' or a call", behind: first)
    }
    var targets = [first], levels = 0
    try checkAssignable(first)
    while try take(",") {
      let target = try suffixed()
      targets.append(target)
      try deepen()
      levels += 1
      try checkAssignable(target)
    }
    for _ in 0..<levels { rise() }
    try expect("=")
    return .assignment(targets, try expressions())
  }

  private func unexpected(_ wanted: String, behind expression: Expression) -> LuaSyntaxError {
    let text = source.text(expression.range)
    let shown = text.count <= 30 && !text.contains("\n") ? " after '\(text)'" : ""
    return LuaSyntaxError("expected \(wanted)\(shown), found \(token.shown)", expression.range)
  }

  private func checkAssignable(_ target: Expression) throws(LuaSyntaxError) {
    switch target.kind {
    case .name(let name, let variable):
      guard let variable, variables[variable].isConstant else { return }
      throw LuaSyntaxError("'\(name)' is constant and can't get another value", target.range)
    case .suffixed(_, let suffixes) where suffixes.last?.isCall == false: return
    default: throw LuaSyntaxError("this can't get a value: only a name or a member of a table can", target.range)
    }
  }
}

extension Expression.Suffix {
  /// Whether it calls what is before it.
  package var isCall: Bool {
    switch kind {
    case .call, .method: true
    case .member, .index: false
    }
  }
}
