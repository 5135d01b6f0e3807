import Engine

/// The host modules for the reference, in Markdown.
package enum ModuleReference {
  /// One section per module, below a heading of the second level.
  package static func write(_ modules: [HostModule]) -> String {
    (["## Host modules"] + modules.map(section)).joined(separator: "\n\n")
  }

  /// What repeating does, primitive by primitive: the table of the guarantees.
  package static func effects(_ modules: [HostModule]) -> String {
    let kinds: [(effect: Effect, title: String)] = [
      (.changes(.idempotent), "looks first; done again, it does no harm"),
      (.changes(.reattaching), "found again on the host, not done again"),
      (.changes(.notIdempotent), "may do harm when done again: the operator is asked, unless the step has a `check`"),
      (.reads, "reads only"),
      (.pure, "computes only"),
    ]
    let rows = kinds.map { kind in
      let names = modules.flatMap { module in
        module.primitives.filter { $0.effect == kind.effect }.map { "`\(module.name).\($0.name)`" }
      }
      return [kind.title, names.isEmpty ? "none" : names.joined(separator: ", ")]
    }
    return table(["what happens to it after a crash", "primitives"], rows)
  }

  private static func section(_ module: HostModule) -> String {
    (["### \(module.name)", module.summary] + module.primitives.map { function($0, in: module) })
      .joined(separator: "\n\n")
  }

  private static func function(_ primitive: Primitive, in module: HostModule) -> String {
    let parameters = primitive.parameters.map { $0.isOptional ? "[\($0.name)]" : $0.name }.joined(separator: ", ")
    var parts = ["#### `\(module.name).\(primitive.name)(\(parameters))`", primitive.summary]
    if let deprecation = primitive.deprecation { parts.append("**\(deprecation.sentence)**") }
    parts.append("*\(ModuleDefinition.sentence(primitive.effect).split(separator: "*").joined())*")
    let rows = primitive.parameters.flatMap { Self.rows(for: $0) }
    if !rows.isEmpty { parts.append(table(["parameter", "type", "what"], rows)) }
    if let type = primitive.returns.luaType {
      parts.append("Returns `\(type)`: \(oneLine(primitive.returns.summary))")
    }
    return parts.joined(separator: "\n\n")
  }

  /// A parameter, and below it the members of its options.
  static func rows(for parameter: Parameter, within path: String = "") -> [[String]] {
    let name = path + parameter.name
    var description = ModuleDefinition.oneLine(parameter)
    if parameter.isOptional, parameter.defaultValue == nil { description += " *Optional.*" }
    let (members, below) = self.members(of: parameter.type)
    let type = LuaType(parameter.type, name: "table").text
    return [["`\(name)`", "`\(type)`", description]] + members.flatMap { rows(for: $0, within: "\(name)\(below).") }
  }

  private static func oneLine(_ text: String) -> String { text.split(separator: "\n").joined(separator: " ") }

  /// The members that a type has, and what comes between its own name and theirs.
  private static func members(of type: ParameterType) -> (members: [Parameter], below: String) {
    switch type {
    case .record(let members): (members, "")
    case .list(.record(let members)): (members, "[]")
    case .map(.record(let members)): (members, ".*")
    default: ([], "")
    }
  }

  static func table(_ headings: [String], _ rows: [[String]]) -> String {
    let lines = [headings, headings.map { _ in "---" }] + rows
    return lines.map { row in
      let cells = row.map { $0.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|") }
      return "| \(cells.joined(separator: " | ")) |"
    }.joined(separator: "\n")
  }
}

/// The built-ins for the reference, in Markdown.
package enum BuiltinReference {
  /// One section per function, below a heading of the second level.
  package static func write() -> String {
    (["## Built-in functions"] + BuiltinList.all.map(section)).joined(separator: "\n\n")
  }

  private static func section(_ builtin: Builtin) -> String {
    func signature(_ form: [Parameter]) -> String {
      let names = form.map { $0.isOptional ? "[\($0.name)]" : $0.name } + (builtin.isVariadic ? ["…"] : [])
      return "`\(builtin.name)(\(names.joined(separator: ", ")))`"
    }
    var parts = ["#### \(signature(builtin.parameters))", ModuleDefinition.oneLine(builtin.summary)]
    let others = builtin.forms.dropFirst().map(signature)
    if !others.isEmpty { parts.append("Also \(others.joined(separator: ", ")).") }
    if let words = words(builtin.context) { parts.append("*\(words)*") }
    var seen: Set<String> = []
    let parameters = builtin.forms.joined().filter { seen.insert($0.name).inserted }
    let rows = parameters.flatMap { ModuleReference.rows(for: $0) }
    if !rows.isEmpty { parts.append(ModuleReference.table(["parameter", "type", "what"], rows)) }
    if let type = builtin.returns.luaType {
      parts.append("Returns `\(type)`: \(ModuleDefinition.oneLine(builtin.returns.summary))")
    }
    return parts.joined(separator: "\n\n")
  }

  private static func words(_ context: Builtin.Context) -> String? {
    switch context {
    case .anywhere: nil
    case .running: "Called while the runbook's function runs, not while a file is loaded."
    case .betweenSteps: "Called between steps, not inside one."
    }
  }
}
