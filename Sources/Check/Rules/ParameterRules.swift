import LuaSyntax
import Values

/// The parameters of a runbook: read without being declared, declared without being read.
struct ParameterRules {
  let program: Program
  let findings: Findings

  func check() {
    var readAnywhere: Set<String> = [], escapes = false
    for (index, file) in program.files.enumerated() {
      let table = RunbookTable(of: index, in: program)
      for read in file.facts.members where isParams(read.base, index) {
        readAnywhere.insert(read.name)
        // A module does not know whose parameters it gets.
        guard program.type(of: read.base, in: index) == .params, let table, table.areParamsKnown else { continue }
        let known = table.params.map(\.name)
        guard !known.contains(read.name) else { continue }
        let near = Suggestion.closest(to: read.name, among: known)
        findings.add(
          .unknownParam, read.range, in: file, "params does not declare \(read.name)",
          hint: near == nil ? "add it: params = { \(read.name) = { help = \"…\" } }" : "did you mean \"\(near!)\"?",
          fix: NearName.only(read.name, among: known).map { Finding.Fix(range: read.range, text: $0) })
      }
      // Passed to code that can't be followed, all of them may be read.
      if file.facts.taken.contains(where: { isParams($0, index) }) { escapes = true }
    }
    guard !escapes else { return }
    for (index, file) in program.files.enumerated() {
      guard let table = RunbookTable(of: index, in: program) else { continue }
      for param in table.params where !readAnywhere.contains(param.name) {
        findings.add(
          .unusedParam, param.range, in: file, "the parameter \(param.name) is never read",
          hint: "remove it, or read it as run.params.\(param.name)")
      }
    }
  }

  /// Whether it is the parameters, or looks like them: code that can't be followed may pass `run` to a check.
  private func isParams(_ expression: Expression, _ file: Int) -> Bool {
    if program.type(of: expression, in: file) == .params { return true }
    guard case .suffixed(_, let suffixes) = expression.kind, case .member("params")? = suffixes.last?.kind else {
      return false
    }
    return true
  }
}
