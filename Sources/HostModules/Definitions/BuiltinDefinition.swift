import Engine

/// The definition file of the built-ins and of the objects that runbooks are given.
enum BuiltinDefinition {
  /// The whole file.
  static var file: String {
    var parts = [
      """
      ---@meta
      -- Generated from the built-ins' own descriptions; see CONTRIBUTING.md.

      --- A time span: seconds as a number, or text such as "500ms", "2s", "5m", "1h".
      ---@alias Duration number|string

      --- A value that is never shown: it prints as ‹secret›, and can only be handed to a function that takes one.
      ---@class Secret
      """
    ]
    parts += ObjectType.all.map(object)
    var tables: Set<String> = []
    for builtin in BuiltinList.all where !builtin.isLuas {
      if let table = BuiltinList.tables.first(where: { builtin.name.hasPrefix($0.name + ".") }),
        tables.insert(table.name).inserted
      {
        parts.append("--- \(table.summary)\n---@class \(table.name)\n\(table.name) = {}")
      }
      parts.append(function(builtin))
    }
    return parts.joined(separator: "\n\n") + "\n"
  }

  private static func object(_ type: ObjectType) -> String {
    let fields = type.fields.map { field in
      let isOptional = field.type.hasSuffix("?")
      return "---@field \(field.name)\(isOptional ? "?" : "") \(field.type.drop(suffix: "?")) \(field.summary)"
    }
    return (["--- \(type.summary)", "---@class (exact) \(type.name)"] + fields).joined(separator: "\n")
  }

  private static func function(_ builtin: Builtin) -> String {
    var classes: [String] = []
    func type(_ parameter: Parameter) -> String {
      let type = LuaType(parameter.type, name: "\(builtin.name).\(parameter.name)")
      for new in type.classes where !classes.contains(new) { classes.append(new) }
      return type.text
    }
    var lines = ModuleDefinition.comment(builtin.summary)
    if builtin.returns.luaType == "Result" { lines.append("---@generic Result") }
    // Forms of different shapes: the editor gets only the forms.
    let isOne = builtin.forms.count == 1 || builtin.name != "parallel"
    for parameter in isOne ? builtin.parameters : [] {
      let mark = parameter.isOptional ? "?" : ""
      lines.append("---@param \(parameter.name)\(mark) \(type(parameter)) \(ModuleDefinition.oneLine(parameter))")
    }
    if isOne, let result = builtin.returns.luaType {
      lines.append("---@return \(result) result \(ModuleDefinition.oneLine(builtin.returns.summary))")
    }
    for form in builtin.forms.dropFirst(isOne ? 1 : 0) {
      let parameters = form.map { "\($0.name)\($0.isOptional ? "?" : ""): \(type($0))" }.joined(separator: ", ")
      let result = builtin.returns.luaType == "Result" ? "any" : builtin.returns.luaType
      lines.append("---@overload fun(\(parameters))\(result.map { ": \($0)" } ?? "")")
    }
    let names = isOne ? builtin.parameters.map(\.name).joined(separator: ", ") : "..."
    lines.append("function \(builtin.name)(\(names)) end")
    return (classes + [lines.joined(separator: "\n")]).joined(separator: "\n\n")
  }
}

extension String {
  fileprivate func drop(suffix: String) -> String { hasSuffix(suffix) ? String(dropLast(suffix.count)) : self }
}
