import LuaSyntax

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
