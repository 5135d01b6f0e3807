import Engine
import LuaSyntax

/// Which function calls what, across files, as far as it can be found out.
final class CallGraph {
  /// What a function does itself.
  enum Target {
    case builtin(Builtin)
    case primitive(String, Primitive)
    /// Calls a function that is written in one of the files.
    case function(FunctionRef)
    /// Passes such a function to one that calls it at once: `parallel`, `scope`, `pcall`.
    case inline(FunctionRef)
    /// Calls something unknown.
    case unknown
  }

  struct Edge {
    var target: Target
    var range: SourceRange
  }

  /// What callers of a function need to know about it.
  enum Matter: Hashable { case effect, change, betweenSteps, running }

  /// The first thing of a kind that a function reaches.
  struct Reach {
    var name: String
    var file: CheckedFile
    var range: SourceRange
    /// `stack.remove in stdlib/standalone.lua:12`
    var text: String { "\(name) (\(file.name):\(file.line(range)))" }
  }

  let program: Program
  private var edges: [FunctionRef: [Edge]] = [:]
  private var depth = 0
  private var reached: [Matter: [FunctionRef: Reach?]] = [:]

  init(_ program: Program) {
    self.program = program
    for (index, file) in program.files.enumerated() {
      for call in file.facts.calls where call.isReachable {
        edges[FunctionRef(file: index, id: call.function), default: []] += targets(of: call, in: index)
          .map { Edge(target: $0, range: call.nameRange) }
      }
    }
  }

  func edges(of function: FunctionRef) -> [Edge] { edges[function] ?? [] }

  private func targets(of call: FileFacts.Call, in file: Int) -> [Target] {
    switch program.callee(of: call, in: file) {
    case .builtin(let builtin):
      let inlined =
        ["parallel", "scope"].contains(builtin.name) ? call.arguments.flatMap { functions($0, in: file) } : []
      return [.builtin(builtin)] + inlined.map { .inline($0) }
    case .primitive(let name, let primitive): return [.primitive(name, primitive)]
    case .function(let reference): return [.function(reference)]
    case .library(let name):
      guard ["pcall", "xpcall"].contains(name), let first = call.arguments.first else { return [] }
      switch program.callee(first, in: file) {
      case .builtin(let builtin): return [.builtin(builtin)]
      case .primitive(let name, let primitive): return [.primitive(name, primitive)]
      case .function(let reference): return [.inline(reference)]
      case .library, .unknown: return [.unknown]
      }
    case .unknown: return call.method == nil ? [.unknown] : []
    }
  }

  /// The functions that a value may be: itself, one of those of `a and f or g`, those in a table.
  func functions(_ expression: Expression, in file: Int) -> [FunctionRef] {
    var seen: Set<Int> = []
    return functions(expression, in: file, &seen)
  }

  /// - Parameter seen: The variables that were looked at: a table may hold another many times, or itself.
  private func functions(_ expression: Expression, in file: Int, _ seen: inout Set<Int>) -> [FunctionRef] {
    if case .function(let reference) = program.type(of: expression, in: file) { return [reference] }
    switch expression.kind {
    case .operation(let first, let operands):
      return ([first] + operands.map(\.value)).flatMap { functions($0, in: file, &seen) }
    case .parenthesized(let inner): return functions(inner, in: file, &seen)
    case .table(let fields): return fields.flatMap { functions($0.value, in: file, &seen) }
    case .name(_, let variable?):
      guard seen.count < 1000, seen.insert(variable).inserted,
        let value = program.onlyValue(variable, in: file)
      else { return [] }
      if case .name = value.kind { return [] }
      return functions(value, in: file, &seen)
    default: return []
    }
  }

  /// The first of a kind that a function does, itself or by what it calls; not by the steps that it makes.
  func reach(_ matter: Matter, of function: FunctionRef) -> Reach? {
    if let known = reached[matter]?[function] { return known }
    guard depth < 200 else { return nil }
    depth += 1
    defer { depth -= 1 }
    // A function that calls itself reaches nothing more by that.
    reached[matter, default: [:]][function] = .some(nil)
    let file = program.files[function.file]
    var found: Reach?
    for edge in edges(of: function) where found == nil {
      switch edge.target {
      case .builtin(let builtin):
        if Self.matters(builtin, matter) { found = Reach(name: builtin.name, file: file, range: edge.range) }
      case .primitive(let name, let primitive):
        if Self.matters(primitive, matter) { found = Reach(name: name, file: file, range: edge.range) }
      case .function(let other), .inline(let other): found = reach(matter, of: other)
      case .unknown: break
      }
    }
    reached[matter, default: [:]][function] = .some(found)
    return found
  }

  /// Whether everything that a function does is known.
  func isKnown(_ function: FunctionRef) -> Bool {
    var seen: Set<FunctionRef> = [function], left = [function]
    while let next = left.popLast() {
      for edge in edges(of: next) {
        switch edge.target {
        case .builtin, .primitive: continue
        case .function(let other), .inline(let other): if seen.insert(other).inserted { left.append(other) }
        case .unknown: return false
        }
      }
    }
    return true
  }

  static func matters(_ builtin: Builtin, _ matter: Matter) -> Bool {
    switch matter {
    case .betweenSteps: builtin.context == .betweenSteps
    case .running: builtin.context != .anywhere
    case .effect, .change: false
    }
  }

  static func matters(_ primitive: Primitive, _ matter: Matter) -> Bool {
    switch (matter, primitive.effect) {
    case (.effect, .reads), (.effect, .changes), (.change, .changes): true
    default: false
    }
  }
}

/// Which statements are never followed by the next one.
enum Leaving {
  static func leaves(_ statement: Statement) -> Bool {
    switch statement.kind {
    case .returns, .breaks, .goto: true
    case .call(let call):
      if case .suffixed(let base, let suffixes) = call.kind, suffixes.count == 1, suffixes[0].isCall,
        case .name(let name, nil) = base.kind
      {
        name == "error" || name == "fail"
      } else {
        false
      }
    case .block(let block): block.statements.contains(where: leaves)
    case .condition(let parts, let otherwise?):
      parts.allSatisfy { $0.block.statements.contains(where: leaves) } && otherwise.statements.contains(where: leaves)
    default: false
    }
  }
}
