import Engine
import LuaSyntax

/// Calls where they are not allowed: effects outside of steps, changes in a check, steps in steps.
struct LocationRules {
  let program: Program
  let graph: CallGraph
  let findings: Findings

  /// Where a function is called by the engine.
  private enum Context { case loading, running, step, check, undo }

  func check() {
    for (index, file) in program.files.enumerated() {
      look(FunctionRef(file: index, id: 0), .loading)
      if let body = RunbookTable(of: index, in: program)?.body { look(FunctionRef(file: index, id: body.id), .running) }
      for call in file.facts.calls {
        guard let step = StepCall(call, in: index, of: program) else { continue }
        for (value, context) in [(step.body, Context.step), (step.check, .check), (step.undo?.value, .undo)] {
          guard let value else { continue }
          for function in graph.functions(value, in: index) { look(function, context) }
          direct(value, context, index)
        }
      }
    }
  }

  /// A primitive or built-in that is passed itself: `step("…", swarm.info)`.
  private func direct(_ value: Expression, _ context: Context, _ index: Int) {
    guard let path = program.path(value) else { return }
    let file = program.files[index]
    if let primitive = program.vocabulary.primitives[path] { report(path, primitive, context, value.range, file) }
    if let builtin = program.vocabulary.builtins[path] { report(builtin, context, value.range, file) }
  }

  private func look(_ function: FunctionRef, _ context: Context, within seen: Set<FunctionRef> = []) {
    guard !seen.contains(function) else { return }
    let file = program.files[function.file]
    for edge in graph.edges(of: function) {
      switch edge.target {
      case .builtin(let builtin): report(builtin, context, edge.range, file)
      case .primitive(let name, let primitive): report(name, primitive, context, edge.range, file)
      case .inline(let other): look(other, context, within: seen.union([function]))
      case .function(let other): report(other, context, edge.range, file)
      case .unknown: break
      }
    }
  }

  private func report(_ builtin: Builtin, _ context: Context, _ range: SourceRange, _ file: CheckedFile) {
    switch context {
    case .loading where builtin.context != .anywhere:
      findings.add(
        .outsideRun, range, in: file, "\(builtin.name) is called while the file is loaded",
        hint: "call it inside the function of runbook { … }")
    case .step where builtin.context == .betweenSteps, .check where builtin.context == .betweenSteps,
      .undo where builtin.context == .betweenSteps:
      findings.add(
        .nestedStep, range, in: file, "\(builtin.name) is called inside \(Self.words(context))",
        hint: "call it before or after the step; put steps that belong together into a scope")
    default: return
    }
  }

  private func report(
    _ name: String, _ primitive: Primitive, _ context: Context, _ range: SourceRange, _ file: CheckedFile
  ) {
    switch (context, primitive.effect) {
    case (.loading, .reads), (.running, .reads), (.loading, .changes), (.running, .changes):
      findings.add(
        .effectOutsideStep, range, in: file, "\(name) is called outside a step",
        hint: "put every effect inside a step: step(\"…\", function() return \(name)(…) end)")
    case (.check, .changes):
      findings.add(
        .changeInCheck, range, in: file, "\(name) changes something, but a check only reads",
        hint: "call it in the step's own function")
    default: return
    }
  }

  private func report(_ function: FunctionRef, _ context: Context, _ range: SourceRange, _ file: CheckedFile) {
    let name = file.source.text(range)
    switch context {
    case .loading, .running:
      if let reach = graph.reach(.effect, of: function) {
        findings.add(
          .effectOutsideStep, range, in: file, "\(name) is called outside a step, and calls \(reach.text)",
          hint: "put every effect inside a step: step(\"…\", function() return \(name)(…) end)")
      }
      if context == .loading, let reach = graph.reach(.running, of: function) {
        findings.add(
          .outsideRun, range, in: file, "\(name) is called while the file is loaded, and calls \(reach.text)",
          hint: "call it inside the function of runbook { … }")
      }
    case .step, .check, .undo:
      if let reach = graph.reach(.betweenSteps, of: function) {
        findings.add(
          .nestedStep, range, in: file, "\(name) is called inside \(Self.words(context)), and calls \(reach.text)",
          hint: "call it before or after the step")
      }
      if context == .check, let reach = graph.reach(.change, of: function) {
        findings.add(
          .changeInCheck, range, in: file, "\(name) calls \(reach.text), which changes something; a check only reads",
          hint: "call it in the step's own function")
      }
    }
  }

  private static func words(_ context: Context) -> String {
    switch context {
    case .check: "a step's check"
    case .undo: "a step's undo"
    case .loading, .running, .step: "a step"
    }
  }
}
