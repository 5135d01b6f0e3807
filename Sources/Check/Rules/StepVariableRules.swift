import LuaSyntax

/// Variables that a step's function sets for later code. A resumed run returns the step's recorded result, and does not
/// call the function again: the variables are not set then, and the runbook takes a different path.
struct StepVariableRules {
  let program: Program
  let graph: CallGraph
  let findings: Findings

  func check() {
    for (index, file) in program.files.enumerated() {
      for call in file.facts.calls {
        guard let body = StepCall(call, in: index, of: program)?.body else { continue }
        for function in graph.functions(body, in: index) where function.file == index {
          check(function.id, of: file, call)
        }
      }
    }
  }

  private func check(_ body: Int, of file: CheckedFile, _ call: FileFacts.Call) {
    var reported: Set<Int> = []
    for change in file.facts.changes where isInside(change.function, body, file) {
      let variable = change.variable
      guard let home = file.facts.homes[variable], !isInside(home, body, file), !reported.contains(variable),
        let use = file.facts.uses.first(where: { $0.variable == variable && !isInside($0.function, body, file) })
      else { continue }
      reported.insert(variable)
      // n = step(…): it gets what the step returns.
      let isReturned = file.facts.values[variable]?.contains { value in
        value.map { $0.range.start <= call.range.start && call.range.end <= $0.range.end } ?? false
      }
      if isReturned == true { continue }
      let name = file.chunk.variables[variable].name
      findings.add(
        .setInStep, change.range, in: file,
        "the step's function changes \"\(name)\", which is read outside of it, in line \(file.line(use.range)): a resumed run does "
          + "not call the function again, and finds \"\(name)\" as it was before",
        hint:
          "have the step return it: local \(name) = step(…, function() … return \(name) end); if it does no harm: -- check: ignore set-in-step"
      )
    }
  }

  private func isInside(_ function: Int, _ outer: Int, _ file: CheckedFile) -> Bool {
    var current = function
    while current != outer {
      guard let next = file.facts.functions[current]?.outer, next != current else { return false }
      current = next
    }
    return true
  }
}
