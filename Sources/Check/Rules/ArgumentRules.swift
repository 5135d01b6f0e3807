import Engine
import LuaSyntax
import Values

/// The arguments of built-ins and primitives against their definitions, as far as they are written out.
struct ArgumentRules {
  let program: Program
  let findings: Findings

  func check() {
    for (index, file) in program.files.enumerated() {
      for call in file.facts.calls {
        switch program.callee(of: call, in: index) {
        case .builtin(let builtin) where !builtin.isVariadic: check(call, builtin.name, builtin.forms, file)
        case .primitive(let name, let primitive):
          if let old = primitive.deprecation {
            findings.add(
              .deprecated, call.nameRange, in: file, old.message(of: name), hint: "use \(old.instead)")
          }
          check(call, name, [primitive.parameters], file)
        default: continue
        }
      }
    }
  }

  private func check(_ call: FileFacts.Call, _ name: String, _ forms: [[Parameter]], _ file: CheckedFile) {
    // The values of a call or `...` at the end can't be counted.
    let isOpen = call.arguments.last.map(\.mayBeSeveral) ?? false
    let given = call.arguments.count
    let most = forms.map(\.count).max() ?? 0
    let least = forms.map { form in form.count { !$0.isOptional } }.min() ?? 0
    let usage = forms.map { Self.usage(name, $0) }.joined(separator: ", or ")
    if given - (isOpen ? 1 : 0) > most {
      findings.add(
        .argumentCount, call.arguments[most].range, in: file,
        "\(name) takes \(most == 0 ? "no" : "\(most)") argument\(most == 1 ? "" : "s"), not \(given)", hint: usage)
      return
    }
    if given < least, !isOpen {
      let missing =
        forms.count == 1
        ? forms[0].first { parameter in !parameter.isOptional && !isGiven(parameter, forms[0], given) } : nil
      findings.add(
        .argumentCount, call.nameRange, in: file,
        missing.map { "\(name): the argument \($0.name) is missing" } ?? "\(name): arguments are missing", hint: usage)
      return
    }
    let problems = forms.filter { isOpen || given <= $0.count && $0.dropFirst(given).allSatisfy(\.isOptional) }
      .map { form in zip(call.arguments, form).flatMap { Literal(name).problems(of: $0, as: $1) } }
    guard !problems.isEmpty else {
      findings.add(.argumentCount, call.nameRange, in: file, "\(name) does not take \(given) arguments", hint: usage)
      return
    }
    // The form that fits best is the intended one; one of the wrong shape is not.
    func weight(_ list: [Literal.Problem]) -> Int { list.reduce(0) { $0 + ($1.isShape ? 100 : 1) } }
    let best = problems.min { weight($0) < weight($1) } ?? []
    for problem in best {
      let hint = problem.hint ?? (problem.isShape ? usage : nil)
      findings.add(problem.rule, problem.range, in: file, problem.message, hint: hint, fix: problem.fix)
    }
  }

  private func isGiven(_ parameter: Parameter, _ form: [Parameter], _ count: Int) -> Bool {
    form.prefix(count).contains { $0.name == parameter.name }
  }

  private static func usage(_ name: String, _ form: [Parameter]) -> String {
    "\(name)(\(form.map { $0.isOptional ? "[\($0.name)]" : $0.name }.joined(separator: ", ")))"
  }
}

extension Expression {
  /// Whether it may be no value, or several, at the end of a list.
  var mayBeSeveral: Bool {
    switch kind {
    case .varargs: true
    case .suffixed(_, let suffixes): suffixes.last?.isCall == true
    default: false
    }
  }
}
