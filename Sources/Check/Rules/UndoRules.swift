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

/// Unused code: statements that are never reached, variables that are never read.
struct LeftoverRules {
  let program: Program
  let findings: Findings

  func check() {
    for file in program.files {
      for range in file.facts.unreachable {
        findings.add(.unreachableCode, firstLine(range, file), in: file, "this is never reached")
      }
      let read = Set(file.facts.uses.map(\.variable))
      for (index, variable) in file.chunk.variables.enumerated() {
        guard variable.origin == .local || variable.origin == .function, !variable.isClosed,
          !variable.name.hasPrefix("_"), !read.contains(index)
        else { continue }
        findings.add(
          .unusedLocal, variable.range, in: file, "\(variable.name) is never read",
          hint: "remove it, or begin its name with _")
      }
    }
  }

  /// A row of statements is shown by its first line.
  private func firstLine(_ range: SourceRange, _ file: CheckedFile) -> SourceRange {
    let text = file.source.text(range)
    let first = text.prefix { !$0.isNewline }
    return SourceRange(range.start, range.start + first.utf8.count)
  }
}
