/// Reads Lua 5.4 by recursive descent, and finds out which names are local variables.
struct Parser {
  let source: LuaSource
  var lexer: Lexer
  /// The present token, the one after it if it was needed, and where the last one ended.
  private(set) var token: Token
  private var following: Token?
  private(set) var last = SourceRange(0, 0)

  var variables: [Variable] = []
  var functions: [FunctionScope] = []
  var functionCount = 0
  private var depth = 0

  /// How deep statements and expressions may be nested: Lua's LUAI_MAXCCALLS, less what its own call takes.
  static let maximumDepth = 195

  init(_ source: LuaSource) throws(LuaSyntaxError) {
    self.source = source
    lexer = Lexer(source.bytes)
    token = try lexer.next()
  }

  mutating func file() throws(LuaSyntaxError) -> Block {
    functions.append(FunctionScope(isVariadic: true))
    functions[0].enter()
    let block = try statements()
    guard token.kind == .end else { throw unexpected("a statement") }
    try functions[0].leave()
    return block
  }

  // MARK: Tokens

  mutating func advance() throws(LuaSyntaxError) {
    last = token.range
    if let next = following {
      token = next
      following = nil
    } else {
      token = try lexer.next()
    }
  }

  /// The token after the present one.
  mutating func lookAhead() throws(LuaSyntaxError) -> Token {
    if let following { return following }
    let next = try lexer.next()
    following = next
    return next
  }

  func isSign(_ sign: String) -> Bool { if case .sign(sign) = token.kind { true } else { false } }
  func isKeyword(_ word: Keyword) -> Bool { token.kind == .keyword(word) }

  mutating func take(_ sign: String) throws(LuaSyntaxError) -> Bool {
    guard isSign(sign) else { return false }
    try advance()
    return true
  }

  mutating func take(_ word: Keyword) throws(LuaSyntaxError) -> Bool {
    guard isKeyword(word) else { return false }
    try advance()
    return true
  }

  mutating func expect(_ sign: String) throws(LuaSyntaxError) {
    guard try take(sign) else { throw unexpected("'\(sign)'") }
  }

  mutating func expect(_ word: Keyword) throws(LuaSyntaxError) {
    guard try take(word) else { throw unexpected("'\(word.rawValue)'") }
  }

  /// The end of something that began on another line perhaps.
  mutating func expect(_ end: String, closing begin: String, at range: SourceRange) throws(LuaSyntaxError) {
    let isThere = token.kind == .sign(end) || token.kind == Keyword.byName[end].map { .keyword($0) }
    if isThere { return try advance() }
    let line = source.line(of: range.start)
    let location = line == source.line(of: token.range.start) ? "" : " of line \(line)"
    throw unexpected("'\(end)' to close '\(begin)'\(location)")
  }

  mutating func name() throws(LuaSyntaxError) -> (text: String, range: SourceRange) {
    guard case .name(let name) = token.kind else { throw unexpected("a name") }
    let range = token.range
    try advance()
    return (name, range)
  }

  func unexpected(_ wanted: String) -> LuaSyntaxError {
    LuaSyntaxError("expected \(wanted), found \(token.shown)", token.range)
  }

  mutating func deepen() throws(LuaSyntaxError) {
    depth += 1
    if depth > Self.maximumDepth {
      throw LuaSyntaxError("this is nested more than \(Self.maximumDepth) levels deep", token.range)
    }
  }

  mutating func rise() { depth -= 1 }

  // MARK: Variables

  /// A new variable, which is visible once ``show(_:)`` is called.
  mutating func declare(
    _ name: String, _ range: SourceRange, _ origin: Variable.Origin, isConstant: Bool = false, isClosed: Bool = false
  ) throws(LuaSyntaxError) -> Int {
    try count(1, at: range)
    variables.append(
      Variable(name: name, origin: origin, isConstant: isConstant, isClosed: isClosed, range: range))
    return variables.count - 1
  }

  /// Makes room for variables: a function may have 200 at a time.
  private mutating func count(_ number: Int, at range: SourceRange) throws(LuaSyntaxError) {
    let function = functions.count - 1
    functions[function].pending += number
    if functions[function].active.count + functions[function].pending > 200 {
      throw LuaSyntaxError("a function can't have more than 200 local variables", range)
    }
  }

  /// Makes declared variables visible.
  mutating func show(_ declared: [Int]) {
    let function = functions.count - 1
    functions[function].pending -= declared.count
    functions[function].active += declared.map { .init(name: variables[$0].name, variable: $0) }
  }

  /// The variables of a loop that have no name.
  mutating func hide(_ number: Int) throws(LuaSyntaxError) {
    try count(number, at: token.range)
    let function = functions.count - 1
    functions[function].pending -= number
    functions[function].active += (0..<number).map { _ in .init(name: "", variable: -1) }
  }

  /// The variable that a name refers to here; `nil` for a global.
  func variable(_ name: String) -> Int? {
    for function in functions.reversed() {
      if let found = function.active.last(where: { $0.name == name }) { return found.variable }
    }
    return nil
  }
}
