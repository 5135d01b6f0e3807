import Check
import Engine
import HostModules

/// Looks at one text, with modules that are given as texts, too. `host`: what Swift offers beside the shipped.
func look(at text: String, modules: [String: String] = [:], host: [HostModule] = []) throws -> [Finding] {
  let checker = Checker(modules: try HostModules.described() + host) { name, _ in
    modules[name].map { CheckedText(file: "stdlib/\(name).lua", text: $0) }
  }
  return try checker.check([CheckedText(file: "it.lua", text: text)])
}

/// What is found inside the function of a runbook, each as `line: rule`; the body begins on line 1.
func found(in body: String, modules: [String: String] = [:]) throws -> [String] {
  try look(at: "return runbook { summary = \"s\", function(run) \(body)\nend }", modules: modules)
    .map { "\($0.file == "it.lua" ? "" : $0.file + ":")\($0.line): \($0.rule.id)" }
}
