import LuaSyntax
import LuaVM
import Synchronization
import Values

/// The places where a plan's script decides by something that is not known yet.
///
/// Lua has no hook for that: it decides by itself about `==` between unlike values, and about truth. So a plan loads a
/// file with a call, a look, around each condition, each operand of a comparison, each value whose type or length is
/// asked, and each value that a loop runs over. Lines and results stay as they are.
final class WatchedDecisions: Sendable {
  /// The functions that the files call. No one writes such a name.
  private static let reported = "__runbook_told"
  fileprivate enum Look: String {
    /// Looks at one value.
    case value = "__runbook_look"
    /// Looks at several, of which the last expression may give more than one.
    case values = "__runbook_looks"
    /// Looks at a value only if it is a text: an unknown value returns itself for everything that is asked of it.
    case text = "__runbook_look_text"
  }

  private let sites = Mutex<[SourceLocation]>([])
  private let tell: @Sendable (Unknown, SourceLocation) -> Void

  private let miss: @Sendable (String) -> Void

  /// - Parameters:
  ///   - tell: Called for each decision, each time that it is made.
  ///   - miss: Called for each file in which they are not seen.
  init(tell: @escaping @Sendable (Unknown, SourceLocation) -> Void, miss: @escaping @Sendable (String) -> Void) {
    self.tell = tell
    self.miss = miss
  }

  /// A file is loaded without looks.
  func missed(_ file: String) { miss(file) }

  /// Defines the functions that the files call.
  func install(in runtime: LuaRuntime) async throws {
    let reported = LuaHostFunction(Self.reported) { [self] call in
      guard case .integer(let site)? = call.arguments.first, let value = call.arguments.dropFirst().first else {
        return .returns([])
      }
      let unknown: Unknown? =
        switch value {
        case .object(let object): object.payload as? Unknown
        case .string(let text): Unknown(namedIn: text)
        default: nil
        }
      // Without a site it is only asked.
      if let unknown, site >= 0 { tell(unknown, sites.withLock { $0[Int(site)] }) }
      return .returns([.bool(unknown != nil)])
    }
    try await runtime.setGlobal(Self.reported, .function(reported))
    let helpers = try await runtime.load(
      """
      local type, find, tonumber, report = type, string.find, tonumber, \(Self.reported)
      local function look(site, value)
        local kind = type(value)
        if kind == "userdata" or kind == "string" and find(value, "‹", 1, true) then report(site, value) end
      end
      function \(Look.value.rawValue)(site, value)
        look(site, value)
        return value
      end
      function \(Look.text.rawValue)(site, value)
        if type(value) == "string" then look(site, value) end
        return value
      end
      function \(Look.values.rawValue)(site, ...)
        local first, second, third = ...
        look(site, first)
        look(site, second)
        look(site, third)
        return ...
      end
      -- An unknown value does not become a known number.
      _ENV.tonumber = function(...)
        local value = ...
        if type(value) == "userdata" and report(-1, value) then return value end
        return tonumber(...)
      end
      """, chunkName: "=runbook")
    _ = try await runtime.call(helpers)
  }

  /// The text with a look at each decision; unchanged if it is not Lua. It may exceed limits of Lua's compiler that no
  /// text written by hand reaches: then the text itself must be loaded.
  func watched(_ text: String, file: String) -> String {
    let source = LuaSource(text)
    guard let chunk = try? Chunk(source) else { return text }
    var collector = DecisionCollector(source: source)
    collector.visit(chunk.block)
    if collector.decisions.isEmpty { return text }
    let first = sites.withLock { sites in
      let first = sites.count
      sites += collector.decisions.map { SourceLocation(file: file, line: source.line(of: $0.range.start)) }
      return first
    }
    // At one place, the enclosing one comes first; an end is never where a beginning is.
    var additions: [(offset: Int, text: String)] = []
    for (index, decision) in collector.decisions.enumerated() {
      additions.append((decision.range.start, " \(decision.look.rawValue)(\(first + index),"))
      additions.append((decision.range.end, ")"))
    }
    var bytes: [UInt8] = [], done = 0
    for (_, addition) in additions.enumerated().sorted(by: {
      ($0.element.offset, $0.offset) < ($1.element.offset, $1.offset)
    }) {
      bytes += source.bytes[done..<addition.offset]
      bytes += Array(addition.text.utf8)
      done = addition.offset
    }
    return String(decoding: bytes + source.bytes[done...], as: UTF8.self)
  }
}

/// Finds what a file decides by, from the outside to the inside.
private struct DecisionCollector {
  let source: LuaSource
  private(set) var decisions: [(range: SourceRange, look: WatchedDecisions.Look)] = []

  init(source: LuaSource) { self.source = source }

  private static let comparisons: Set<String> = ["==", "~=", "<", "<=", ">", ">="]
  /// Functions that look into a text, and so into one that was made of something unknown.
  private static let searches: Set<String> = [
    "find", "match", "gmatch", "gsub", "sub", "byte", "len", "upper", "lower", "reverse",
  ]
  /// Functions of Lua that examine their arguments; of these tables all.
  private static let questions: Set<String> = ["type", "next", "rawequal", "rawlen", "select", "assert"]
  private static let askingTables: Set<String> = ["math", "string", "utf8", "table"]
  /// Functions of these tables that make a text or a list without looking.
  private static let makers: Set<String> = ["format", "rep", "char", "pack", "concat", "insert", "random"]

  private mutating func decide(_ expression: Expression) {
    // `not` gives a truth value; its operand is looked at there.
    if case .unary("not", _) = expression.kind { return visit(expression) }
    decisions.append((expression.range, .value))
    visit(expression)
  }

  /// The values of several expressions.
  private mutating func decideAll(_ expressions: [Expression]) {
    if let first = expressions.first, let last = expressions.last {
      decisions.append((first.range.through(last.range), .values))
    }
    visit(expressions)
  }

  mutating func visit(_ block: Block) { for statement in block.statements { visit(statement) } }

  private mutating func visit(_ statement: Statement) {
    switch statement.kind {
    case .local(_, let values), .returns(let values): visit(values)
    case .assignment(let targets, let values): visit(targets + values)
    case .call(let call): visit(call)
    case .block(let block): visit(block)
    case .whileLoop(let condition, let block):
      decide(condition)
      visit(block)
    case .repeatLoop(let block, let condition):
      visit(block)
      decide(condition)
    case .condition(let branches, let otherwise):
      for branch in branches {
        decide(branch.condition)
        visit(branch.block)
      }
      if let otherwise { visit(otherwise) }
    case .numericFor(_, let bounds, let block):
      for bound in bounds { decide(bound) }
      visit(block)
    case .genericFor(_, let values, let block):
      decideAll(values)
      visit(block)
    case .function(_, let body), .localFunction(_, let body): visit(body.block)
    case .breaks, .goto, .label: break
    }
  }

  private mutating func visit(_ expressions: [Expression]) { for expression in expressions { visit(expression) } }

  private mutating func visit(_ expression: Expression) {
    switch expression.kind {
    case .nil, .boolean, .integer, .number, .string, .varargs, .name: break
    case .function(let body): visit(body.block)
    case .table(let fields):
      for field in fields {
        if case .expression(let key) = field.key { visit(key) }
        visit(field.value)
      }
    case .suffixed(let base, let suffixes): visit(base, suffixes)
    case .operation(let first, let operands):
      for index in operands.indices.reversed() { decideLeft(of: index, first, operands) }
      visit(first)
      for operand in operands {
        if Self.comparisons.contains(operand.sign) { decide(operand.value) } else { visit(operand.value) }
      }
    case .unary(let sign, let value):
      if sign == "not" || sign == "#" { decide(value) } else { visit(value) }
    case .parenthesized(let inner): visit(inner)
    }
  }

  /// The left side of an operator is everything before it. In a long chain of `and` and `or` each part is looked at by
  /// itself: Lua nests calls no deeper than about a hundred.
  private mutating func decideLeft(of index: Int, _ first: Expression, _ operands: [Expression.Operand]) {
    func joins(_ sign: String) -> Bool { sign == "and" || sign == "or" }
    let sign = operands[index].sign
    guard joins(sign) || Self.comparisons.contains(sign) else { return }
    guard index > 0 else { return decisions.append((first.range, .value)) }
    let left = operands[index - 1]
    if joins(sign) {
      // A comparison gives a truth value; its sides are looked at.
      if Self.comparisons.contains(left.sign) { return }
      if joins(left.sign) { return decisions.append((left.value.range, .value)) }
    }
    decisions.append((first.range.through(left.value.range), .value))
  }

  /// A chain of members and calls.
  private mutating func visit(_ base: Expression, _ suffixes: [Expression.Suffix]) {
    for index in suffixes.indices.reversed() {
      if case .method(let name, _) = suffixes[index].kind, Self.searches.contains(name) {
        decisions.append((index > 0 ? base.range.through(suffixes[index - 1].range) : base.range, .text))
      }
    }
    visit(base)
    for (index, suffix) in suffixes.enumerated() {
      switch suffix.kind {
      case .member: break
      case .index(let key): decide(key)
      case .method(_, let arguments): visit(arguments)
      case .call(let arguments):
        // Not those that are written without brackets: their one argument is known.
        let hasBrackets = source.bytes[suffix.range.start] == UInt8(ascii: "(")
        if hasBrackets, Self.asks(base, suffixes[..<index]) { decideAll(arguments) } else { visit(arguments) }
      }
    }
  }

  /// Whether it is a function of Lua that examines its arguments.
  private static func asks(_ base: Expression, _ members: ArraySlice<Expression.Suffix>) -> Bool {
    guard case .name(let name, nil) = base.kind else { return false }
    if members.isEmpty { return questions.contains(name) }
    guard members.count == 1, case .member(let function)? = members.first?.kind else { return false }
    return askingTables.contains(name) && !makers.contains(function)
  }
}
