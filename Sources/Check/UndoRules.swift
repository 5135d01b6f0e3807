import LuaSyntax

/// An `undo` that is never needed.
struct UndoRules {
  let program: Program
  let graph: CallGraph
  let findings: Findings

  func check() {
    for (index, file) in program.files.enumerated() {
      for call in file.facts.calls {
        guard let step = StepCall(call, in: index, of: program), let undo = step.undo, undo.value.isSomething else {
          continue
        }
        if !call.isReachable {
          findings.add(.unreachableUndo, undo.range, in: file, "the step of this undo is never reached")
        } else if let body = step.body, changesNothing(body, in: index) {
          findings.add(
            .unreachableUndo, undo.range, in: file, "there is nothing to undo: this step changes nothing",
            hint: "move the undo to the step that makes the change")
        }
      }
    }
  }

  private func changesNothing(_ body: Expression, in file: Int) -> Bool {
    let functions = graph.functions(body, in: file)
    guard !functions.isEmpty else { return false }
    return functions.allSatisfy { graph.isKnown($0) && graph.reach(.change, of: $0) == nil }
  }
}

extension Expression {
  /// Whether it is anything but a written-out `nil` or `false`.
  fileprivate var isSomething: Bool {
    switch kind {
    case .nil, .boolean(false): false
    default: true
    }
  }
}
