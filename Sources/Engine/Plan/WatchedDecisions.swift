import LuaSyntax
import LuaVM
import Synchronization
import Values

/// Where a plan's script decides by something that is not known yet.
///
/// Lua has no hook for that: `==` between unlike values, and what is true, it settles by itself. So a plan reads a file with
/// a look around each condition, each operand of a comparison, what is asked for its type or length, and what a loop runs over.
/// Lines and results stay as they are.
final class WatchedDecisions: Sendable {
  /// What the files call. No name that a person writes.
  private static let look = "__runbook_look", looks = "__runbook_looks", told = "__runbook_told"

  private let sites = Mutex<[SourceLocation]>([])
  private let tell: @Sendable (Unknown, SourceLocation) -> Void

  /// - Parameter tell: told of each decision, each time that it is made.
  init(tell: @escaping @Sendable (Unknown, SourceLocation) -> Void) { self.tell = tell }

  /// Defines what the files call.
  func install(in runtime: LuaRuntime) async throws {
    let told = LuaHostFunction(Self.told) { [self] call in
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
    try await runtime.setGlobal(Self.told, .function(told))
    let helpers = try await runtime.load(
      """
      local type, find, tonumber_, told = type, string.find, tonumber, \(Self.told)
      local function look(site, value)
        local kind = type(value)
        if kind == "userdata" or kind == "string" and find(value, "‹", 1, true) then told(site, value) end
      end
      function \(Self.look)(site, value)
        look(site, value)
        return value
      end
      function \(Self.looks)(site, ...)
        local first, second, third = ...
        look(site, first)
        look(site, second)
        look(site, third)
        return ...
      end
      -- What is not known becomes no number that is known.
      function tonumber(value, ...)
        if type(value) == "userdata" and told(-1, value) then return value end
        return tonumber_(value, ...)
      end
      """, chunkName: "=runbook")
    _ = try await runtime.call(helpers)
  }

  /// The text with a look at each decision; as it is where it is no Lua.
  func watched(_ text: String, file: String) -> String {
    let source = LuaSource(text)
    guard let chunk = try? Chunk(source) else { return text }
    var collector = DecisionCollector()
    collector.visit(chunk.block)
    if collector.decisions.isEmpty { return text }
    let first = sites.withLock { sites in
      let first = sites.count
      sites += collector.decisions.map { SourceLocation(file: file, line: source.line(of: $0.range.start)) }
      return first
    }
    // At one place, what encloses comes first; an end never stands where a beginning is.
    var additions: [(offset: Int, text: String)] = []
    for (index, decision) in collector.decisions.enumerated() {
      let name = decision.isLoop ? Self.looks : Self.look
      additions.append((decision.range.start, " \(name)(\(first + index),"))
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
  private(set) var decisions: [(range: SourceRange, isLoop: Bool)] = []
  private static let comparisons: Set<String> = ["==", "~=", "<", "<=", ">", ">="]
  private static let searches: Set<String> = ["find", "match", "gmatch"]
  private static let questions: Set<String> = ["type", "next", "rawequal"]

  private mutating func decide(_ expression: Expression) {
    decisions.append((expression.range, false))
    visit(expression)
  }

  /// The values of several expressions, of which the last may give more than one.
  private mutating func decideAll(_ expressions: [Expression]) {
    if let first = expressions.first, let last = expressions.last {
      decisions.append((first.range.through(last.range), true))
    }
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
      visit(bounds)
      visit(block)
    case .genericFor(_, let values, let block):
      decideAll(values)
      visit(values)
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
    case .suffixed(let base, let suffixes):
      // A text that was made of something unknown is looked through for what it holds.
      for index in suffixes.indices.reversed() {
        if case .method(let name, _) = suffixes[index].kind, Self.searches.contains(name) {
          decisions.append((index > 0 ? base.range.through(suffixes[index - 1].range) : base.range, false))
        }
      }
      visit(base)
      for (index, suffix) in suffixes.enumerated() {
        switch suffix.kind {
        case .member: break
        case .index(let key): visit(key)
        case .method(_, let arguments): visit(arguments)
        case .call(let arguments):
          if index == 1, case .name("string", nil) = base.kind, case .member(let name) = suffixes[0].kind,
            Self.searches.contains(name), let text = arguments.first
          {
            decisions.append((text.range, false))
          }
          if index == 0, case .name(let name, nil) = base.kind, Self.questions.contains(name) {
            decideAll(arguments)
          }
          visit(arguments)
        }
      }
    case .operation(let first, let operands):
      // What stands left of an operator is all that is before it; the largest first.
      for index in operands.indices.reversed() where Self.settles(operands[index].sign) {
        let left = index > 0 ? first.range.through(operands[index - 1].value.range) : first.range
        decisions.append((left, false))
      }
      visit(first)
      for operand in operands {
        if Self.comparisons.contains(operand.sign) { decide(operand.value) } else { visit(operand.value) }
      }
    case .unary(let sign, let value):
      if sign == "not" || sign == "#" { decide(value) } else { visit(value) }
    case .parenthesized(let inner): visit(inner)
    }
  }

  /// Whether the operator asks what its left side is.
  private static func settles(_ sign: String) -> Bool { comparisons.contains(sign) || sign == "and" || sign == "or" }
}
