import Engine

/// The built-ins for the reference, in Markdown.
public enum BuiltinReference {
  /// One section per function, below a heading of the second level.
  public static func write() -> String {
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
    if let place = place(builtin.location) { parts.append("*\(place)*") }
    var seen: Set<String> = []
    let parameters = builtin.forms.joined().filter { seen.insert($0.name).inserted }
    let rows = parameters.flatMap { ModuleReference.rows(for: $0) }
    if !rows.isEmpty { parts.append(ModuleReference.table(["parameter", "type", "what"], rows)) }
    if let type = builtin.returns.luaType {
      parts.append("Returns `\(type)`: \(ModuleDefinition.oneLine(builtin.returns.summary))")
    }
    return parts.joined(separator: "\n\n")
  }

  private static func place(_ place: Builtin.Place) -> String? {
    switch place {
    case .anywhere: nil
    case .running: "Called while the runbook's function runs, not while a file is loaded."
    case .betweenSteps: "Called between steps, not inside one."
    }
  }
}
