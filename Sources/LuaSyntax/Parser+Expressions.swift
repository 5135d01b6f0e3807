extension Parser {
  mutating func expressions() throws(LuaSyntaxError) -> [Expression] {
    var list = [try expression()]
    while try take(",") { list.append(try expression()) }
    return list
  }

  /// An expression whose operators bind tighter than `limit`.
  mutating func expression(_ limit: Int = 0) throws(LuaSyntaxError) -> Expression {
    try deepen()
    defer { rise() }
    let start = token.range
    var first: Expression
    if let sign = unaryOperator {
      try advance()
      let operand = try expression(12)
      first = Expression(kind: .unary(sign, operand), range: start.through(last))
    } else {
      first = try simple()
    }
    var operands: [Expression.Operand] = []
    while let (sign, left, right) = binaryOperator, left > limit {
      try advance()
      operands.append(.init(sign: sign, value: try expression(right)))
    }
    if !operands.isEmpty { first = Expression(kind: .operation(first, operands), range: start.through(last)) }
    return first
  }

  private var unaryOperator: String? {
    switch token.kind {
    case .keyword(.not): "not"
    case .sign(let sign) where ["-", "#", "~"].contains(sign): sign
    default: nil
    }
  }

  /// The operator here, with how tight it binds to its left and to its right.
  private var binaryOperator: (String, Int, Int)? {
    let sign: String
    switch token.kind {
    case .keyword(.and): sign = "and"
    case .keyword(.or): sign = "or"
    case .sign(let text): sign = text
    default: return nil
    }
    switch sign {
    case "or": return (sign, 1, 1)
    case "and": return (sign, 2, 2)
    case "==", "~=", "<", "<=", ">", ">=": return (sign, 3, 3)
    case "|": return (sign, 4, 4)
    case "~": return (sign, 5, 5)
    case "&": return (sign, 6, 6)
    case "<<", ">>": return (sign, 7, 7)
    case "..": return (sign, 9, 8)
    case "+", "-": return (sign, 10, 10)
    case "*", "/", "//", "%": return (sign, 11, 11)
    case "^": return (sign, 14, 13)
    default: return nil
    }
  }

  private mutating func simple() throws(LuaSyntaxError) -> Expression {
    let range = token.range
    let kind: Expression.Kind
    switch token.kind {
    case .integer(let value): kind = .integer(value)
    case .number(let value): kind = .number(value)
    case .string(let bytes): kind = .string(String(decoding: bytes, as: UTF8.self))
    case .keyword(.nil): kind = .nil
    case .keyword(.true): kind = .boolean(true)
    case .keyword(.false): kind = .boolean(false)
    case .sign("..."):
      guard functions[functions.count - 1].isVariadic else {
        throw LuaSyntaxError("'...' is allowed only in a function that has it among its parameters", range)
      }
      kind = .varargs
    case .sign("{"): return try table()
    case .keyword(.function):
      try advance()
      let body = try function(from: range, isMethod: false)
      return Expression(kind: .function(body), range: body.range)
    default: return try suffixed()
    }
    try advance()
    return Expression(kind: kind, range: range)
  }

  /// A name or an expression in brackets, with everything that follows it.
  mutating func suffixed() throws(LuaSyntaxError) -> Expression {
    let start = token.range
    let first: Expression
    if case .name(let name) = token.kind {
      try advance()
      first = Expression(kind: .name(name, variable: variable(name)), range: start)
    } else if try take("(") {
      let inner = try expression()
      try expect(")", closing: "(", at: start)
      first = Expression(kind: .parenthesized(inner), range: start.through(last))
    } else {
      throw unexpected("an expression")
    }
    var suffixes: [Expression.Suffix] = []
    while let suffix = try suffix() { suffixes.append(suffix) }
    if suffixes.isEmpty { return first }
    return Expression(kind: .suffixed(first, suffixes), range: start.through(last))
  }

  private mutating func suffix() throws(LuaSyntaxError) -> Expression.Suffix? {
    let start = token.range
    switch token.kind {
    case .sign("."):
      try advance()
      let (name, range) = try name()
      return .init(kind: .member(name), range: start.through(range), nameRange: range)
    case .sign("["):
      try advance()
      let key = try expression()
      try expect("]", closing: "[", at: start)
      return .init(kind: .index(key), range: start.through(last), nameRange: key.range)
    case .sign(":"):
      try advance()
      let (name, range) = try name()
      guard let arguments = try arguments() else { throw unexpected("arguments in brackets") }
      return .init(kind: .method(name, arguments), range: start.through(last), nameRange: range)
    default:
      guard let arguments = try arguments() else { return nil }
      return .init(kind: .call(arguments), range: start.through(last), nameRange: start)
    }
  }

  private mutating func arguments() throws(LuaSyntaxError) -> [Expression]? {
    let start = token.range
    switch token.kind {
    case .sign("("):
      try advance()
      if try take(")") { return [] }
      let list = try expressions()
      try expect(")", closing: "(", at: start)
      return list
    case .sign("{"): return [try table()]
    case .string(let bytes):
      try advance()
      return [Expression(kind: .string(String(decoding: bytes, as: UTF8.self)), range: start)]
    default: return nil
    }
  }

  private mutating func table() throws(LuaSyntaxError) -> Expression {
    let start = token.range
    try expect("{")
    var fields: [TableField] = [], position = 0
    while !isSign("}") {
      let begin = token.range
      var key: TableField.Key?
      if case .name(let name) = token.kind, try lookAhead().kind == .sign("=") {
        try advance()
        key = .name(name, begin)
      } else if try take("[") {
        let inner = try expression()
        try expect("]", closing: "[", at: begin)
        key = .expression(inner)
      }
      if key != nil {
        try expect("=")
      } else {
        position += 1
      }
      let value = try expression()
      fields.append(TableField(key: key ?? .position(position), value: value, range: begin.through(last)))
      if try take(",") { continue }
      if try take(";") { continue }
      break
    }
    try expect("}", closing: "{", at: start)
    return Expression(kind: .table(fields), range: start.through(last))
  }

  /// A function from its parameters on. `start`: where `function` is.
  mutating func function(from start: SourceRange, isMethod: Bool) throws(LuaSyntaxError) -> FunctionBody {
    functionCount += 1
    let id = functionCount
    var names: [(String, SourceRange)] = isMethod ? [("self", SourceRange(start.start, start.start))] : []
    var isVariadic = false
    let bracket = token.range
    try expect("(")
    while !isSign(")") {
      if try take("...") {
        isVariadic = true
        break
      }
      guard case .name = token.kind else { throw unexpected("the name of a parameter, or '...'") }
      names.append(try name())
      guard try take(",") else { break }
      guard !isSign(")") else { throw unexpected("the name of a parameter, or '...'") }
    }
    functions.append(FunctionScope(isVariadic: isVariadic))
    functions[functions.count - 1].enter()
    var parameters: [Int] = []
    for (name, range) in names { parameters.append(try declare(name, range, .parameter)) }
    show(parameters)
    try expect(")", closing: "(", at: bracket)
    let block = try statements()
    try expect("end", closing: "function", at: start)
    try functions[functions.count - 1].leave()
    functions.removeLast()
    return FunctionBody(
      id: id, parameters: parameters, isVariadic: isVariadic, block: block, range: start.through(last))
  }
}
