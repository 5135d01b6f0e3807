import Engine
import LuaSyntax

/// Secrets where text is shown or joined.
struct SecretRules {
  let program: Program
  let findings: Findings

  func check() {
    for (index, file) in program.files.enumerated() {
      for (operands, _) in file.facts.concatenations {
        for operand in operands where isSecret(operand, index) {
          findings.add(
            .secretInText, operand.range, in: file, "a secret can't be joined with text",
            hint: "pass it to a function that takes a secret, as ssh.run's input or file.write's text")
        }
        for operand in operands where isShown(operand, index) { shown(operand.range, file) }
      }
      for call in file.facts.calls { check(call, index, file) }
    }
  }

  private func check(_ call: FileFacts.Call, _ index: Int, _ file: CheckedFile) {
    if call.method == "format" || program.path(call.callee) == "string.format" {
      for argument in call.arguments where isSecret(argument, index) { shown(argument.range, file) }
      return
    }
    guard case .builtin(let builtin) = program.callee(of: call, in: index) else { return }
    if builtin.name == "secret", case .string? = call.arguments.first?.kind {
      findings.add(
        .secretInSource, call.arguments[0].range, in: file, "this secret is written out in the file",
        hint: "declare a parameter of type \"secret\", which is given as a file or an environment variable")
    }
    guard
      ["log.info", "log.warn", "print", "note", "show_table", "fail", "approve", "step", "scope"].contains(builtin.name)
    else { return }
    let texts = ["step", "scope"].contains(builtin.name) ? Array(call.arguments.prefix(1)) : call.arguments
    for argument in texts {
      if isSecret(argument, index) || isShown(argument, index) { shown(argument.range, file) }
      guard case .table(let fields) = argument.kind else { continue }
      for field in fields where isSecret(field.value, index) { shown(field.value.range, file) }
    }
  }

  private func shown(_ range: SourceRange, _ file: CheckedFile) {
    findings.add(
      .secretInLog, range, in: file, "a secret is shown here, as ‹secret›",
      hint: "leave it out; pass a secret only to functions that use it")
  }

  private func isSecret(_ expression: Expression, _ file: Int) -> Bool {
    program.type(of: expression, in: file) == .secret
  }

  /// Whether it is `tostring(secret)`.
  private func isShown(_ expression: Expression, _ file: Int) -> Bool {
    guard case .suffixed(let base, let suffixes) = expression.kind, case .name("tostring", nil) = base.kind,
      suffixes.count == 1, case .call(let arguments) = suffixes[0].kind, let first = arguments.first
    else { return false }
    return isSecret(first, file)
  }
}
