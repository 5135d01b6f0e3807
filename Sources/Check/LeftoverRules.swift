import LuaSyntax

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
