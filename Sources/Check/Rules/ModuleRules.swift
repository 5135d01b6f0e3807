import LuaSyntax

/// Modules that require each other while they are loaded, so that none of them is ever loaded.
struct ModuleRules {
  let program: Program
  let findings: Findings

  /// The modules that a file requires while it is loaded.
  private struct Requirement {
    var name: String
    var file: Int
    var range: SourceRange
  }

  func check() {
    var done: Set<Int> = []
    follow(0, through: [], &done)
    // A module that is required only in a call is loaded by itself.
    for (name, file) in program.modules.sorted(by: { $0.value < $1.value }) {
      follow(file, through: [(name, file)], &done)
    }
  }

  /// Goes along the modules from a file. `way`: the modules that led here, with their files.
  private func follow(_ file: Int, through way: [(name: String, file: Int)], _ done: inout Set<Int>) {
    guard program.files.indices.contains(file), !done.contains(file) else { return }
    for requirement in requirements(of: file) {
      let here = way + [(requirement.name, requirement.file)]
      if let start = way.firstIndex(where: { $0.file == requirement.file }) {
        findings.add(
          .moduleCircle, requirement.range, in: program.files[file],
          "the module \"\(requirement.name)\" requires itself: "
            + here[start...].map(\.name).joined(separator: " → "),
          hint: "move what both need into a third module")
      } else {
        follow(requirement.file, through: here, &done)
      }
    }
    done.insert(file)
  }

  /// Only those outside of functions: a module required in a call is required later.
  private func requirements(of file: Int) -> [Requirement] {
    program.files[file].facts.calls.compactMap { call in
      guard call.function == 0, call.method == nil, program.path(call.callee) == "require",
        case .string(let name)? = call.arguments.first?.kind, let module = program.modules[name]
      else { return nil }
      return Requirement(name: name, file: module, range: call.arguments[0].range)
    }
  }
}
