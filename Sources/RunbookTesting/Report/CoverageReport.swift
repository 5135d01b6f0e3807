import LuaSyntax
import Values

/// Which lines of Lua files the tests have executed, of those that do something.
package struct CoverageReport: Sendable {
  /// One file's.
  package struct File: Sendable {
    /// Its name.
    package let name: String
    /// The numbers of the lines at which a statement begins, from 1.
    package let lines: Set<Int>
    /// Those of them that were never executed.
    package let missing: [Int]
    /// From 0 to 1.
    package var share: Double { lines.isEmpty ? 1 : 1 - Double(missing.count) / Double(lines.count) }
  }

  /// The files, by their names.
  package let files: [File]

  /// - Parameters:
  ///   - executed: the executed lines by the files' names.
  ///   - text: the text of a file; `nil` leaves it out.
  package init(executed: [String: Set<Int>], text: (String) -> String?) {
    files = executed.keys.sorted().compactMap { name in
      guard let text = text(name), let statements = try? StatementLines(text).statements else { return nil }
      let found = executed[name] ?? []
      let missing = statements.filter { $0.own.isDisjoint(with: found) }
      return File(name: name, lines: Set(statements.map(\.line)), missing: Set(missing.map(\.line)).sorted())
    }
  }

  /// Numbers that follow each other become `3-5`.
  package static func ranges(_ numbers: [Int]) -> String {
    var ranges: [(first: Int, last: Int)] = []
    for number in numbers {
      if let last = ranges.last, last.last == number - 1 {
        ranges[ranges.count - 1].last = number
      } else {
        ranges.append((number, number))
      }
    }
    return ranges.map { $0.first == $0.last ? "\($0.first)" : "\($0.first)-\($0.last)" }.joined(separator: ", ")
  }
}

/// The lines on which statements of a Lua file begin, each with all lines on which it may be seen running: Lua counts a
/// part of a statement that is on several lines to any of them.
struct StatementLines {
  /// A statement's first line, and its lines without those of functions inside of it.
  private(set) var statements: [(line: Int, own: Set<Int>)] = []
  private let source: LuaSource

  init(_ text: String) throws {
    source = LuaSource(text)
    walk(try Chunk(source).block)
  }

  private mutating func walk(_ block: Block) { for statement in block.statements { walk(statement) } }

  private mutating func walk(_ statement: Statement) {
    switch statement.kind {
    case .local(_, let values):
      // Without a value, and for constants that the compiler knows, there may be no code.
      if values.contains(where: { !$0.isLiteral }) { add(statement.range, values) } else { walk(values) }
    case .assignment(let targets, let values): add(statement.range, targets + values)
    case .call(let call): add(statement.range, [call])
    case .block(let block): walk(block)
    case .whileLoop(let condition, let block):
      add(condition.range, [condition])
      walk(block)
    case .repeatLoop(let block, let condition):
      walk(block)
      add(condition.range, [condition])
    case .condition(let branches, let otherwise):
      for (condition, block) in branches {
        add(condition.range, [condition])
        walk(block)
      }
      if let otherwise { walk(otherwise) }
    case .numericFor(_, let values, let block), .genericFor(_, let values, let block):
      if let first = values.first, let last = values.last { add(first.range.through(last.range), values) }
      walk(block)
    case .function(_, let body), .localFunction(_, let body):
      statements.append(
        (line: source.line(of: statement.range.start), own: [line(statement.range.start), line(body.range.end - 1)]))
      walk(body.block)
    case .returns(let values): add(statement.range, values)
    // Lua often makes of these, and the condition around them, a single jump on the condition's line.
    case .breaks, .goto, .label: break
    }
  }

  private func line(_ offset: Int) -> Int { source.line(of: offset) }

  /// A statement with its expressions.
  private mutating func add(_ range: SourceRange, _ expressions: [Expression]) {
    var own = Set(line(range.start)...line(max(range.start, range.end - 1)))
    for body in expressions.flatMap(\.functions) {
      // Its first line and its last are the statement's as well.
      let first = line(body.range.start) + 1, last = line(body.range.end - 1)
      if first < last { own.subtract(first..<last) }
    }
    statements.append((line: line(range.start), own: own))
    walk(expressions)
  }

  private mutating func walk(_ expressions: [Expression]) {
    for body in expressions.flatMap(\.functions) { walk(body.block) }
  }
}

extension Expression {
  /// Whether it is a number, a text, a truth value or nil.
  fileprivate var isLiteral: Bool {
    switch kind {
    case .nil, .boolean, .integer, .number, .string: true
    default: false
    }
  }

  /// The functions in it that are in no other function.
  fileprivate var functions: [FunctionBody] {
    switch kind {
    case .nil, .boolean, .integer, .number, .string, .varargs, .name: []
    case .function(let body): [body]
    case .table(let fields):
      fields.flatMap { field in
        let key: [FunctionBody] = if case .expression(let key) = field.key { key.functions } else { [] }
        return key + field.value.functions
      }
    case .suffixed(let first, let suffixes):
      first.functions
        + suffixes.flatMap { suffix -> [FunctionBody] in
          switch suffix.kind {
          case .member: []
          case .index(let key): key.functions
          case .call(let arguments), .method(_, let arguments): arguments.flatMap(\.functions)
          }
        }
    case .operation(let first, let operands): first.functions + operands.flatMap(\.value.functions)
    case .unary(_, let value), .parenthesized(let value): value.functions
    }
  }
}
