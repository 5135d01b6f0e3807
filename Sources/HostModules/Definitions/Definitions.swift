import Engine
import Values

/// Writes the LuaCATS definitions (`---@meta`) of host modules and built-ins, with which editors complete and check
/// runbooks.
package enum Definitions {
  /// One file per module, and `engine.lua` for the built-ins: the names (`swarm.lua`) and their texts.
  package static func write(_ modules: [HostModule]) -> [String: String] {
    var files = Dictionary(uniqueKeysWithValues: modules.map { ("\($0.name).lua", ModuleDefinition(module: $0).text) })
    files["engine.lua"] = BuiltinDefinition.file
    return files
  }
}

/// A parameter's type in LuaCATS notation, with the classes that it needs.
struct LuaType {
  /// The type, for example `Host|string`.
  let text: String
  /// Definitions of classes that `text` names.
  let classes: [String]

  /// Translates a type; a record becomes a class that is called `name`.
  init(_ type: ParameterType, name: String) {
    switch type {
    case .string: (text, classes) = ("string", [])
    case .integer: (text, classes) = ("integer", [])
    case .number: (text, classes) = ("number", [])
    case .boolean: (text, classes) = ("boolean", [])
    case .duration: (text, classes) = ("Duration", [])
    case .secret: (text, classes) = ("Secret|string", [])
    case .host: (text, classes) = ("Host|string", [])
    case .hosts: (text, classes) = ("Host|string|(Host|string)[]", [])
    case .any: (text, classes) = ("any", [])
    case .function(let type): (text, classes) = (type, [])
    case .oneOf(let words): (text, classes) = (words.map { "\"\($0)\"" }.joined(separator: "|"), [])
    case .list(let element):
      let inner = LuaType(element, name: name)
      (text, classes) = (inner.text.contains("|") ? "(\(inner.text))[]" : "\(inner.text)[]", inner.classes)
    case .map(let element):
      let inner = LuaType(element, name: name)
      (text, classes) = ("table<string, \(inner.text)>", inner.classes)
    case .record(let members):
      var found: [String] = []
      var lines = ["---@class (exact) \(name)"]
      for member in members {
        let inner = LuaType(member.type, name: "\(name).\(member.name)")
        found += inner.classes
        let mark = member.isOptional ? "?" : ""
        lines.append("---@field \(member.name)\(mark) \(inner.text) \(ModuleDefinition.oneLine(member))")
      }
      (text, classes) = (name, found + [lines.joined(separator: "\n")])
    }
  }
}

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

/// The definition file of one module.
struct ModuleDefinition {
  let module: HostModule

  /// The whole file.
  var text: String {
    var parts = [
      """
      ---@meta
      -- Generated from the module's own description; see CONTRIBUTING.md.

      \(Self.comment(module.summary).joined(separator: "\n"))
      ---@class \(module.name)
      \(module.name) = {}
      """
    ]
    parts += module.primitives.map(function)
    return parts.joined(separator: "\n\n") + "\n"
  }

  private func function(_ primitive: Primitive) -> String {
    let name = "\(module.name).\(primitive.name)"
    var classes: [String] = []
    var lines = Self.comment(primitive.summary)
    lines += Self.comment(Self.sentence(primitive.effect))
    if let deprecation = primitive.deprecation { lines += Self.comment(deprecation.sentence) + ["---@deprecated"] }
    for parameter in primitive.parameters {
      let type = LuaType(parameter.type, name: "\(name).\(parameter.name)")
      classes += type.classes
      let mark = parameter.isOptional ? "?" : ""
      lines.append("---@param \(parameter.name)\(mark) \(type.text) \(Self.oneLine(parameter))")
    }
    if let type = primitive.returns.luaType {
      lines.append("---@return \(type) result \(Self.oneLine(primitive.returns.summary))")
    }
    let parameters = primitive.parameters.map(\.name).joined(separator: ", ")
    lines.append("function \(name)(\(parameters)) end")
    return (classes + [lines.joined(separator: "\n")]).joined(separator: "\n\n")
  }

  static func comment(_ text: String) -> [String] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "---" : "--- \($0)" }
  }

  static func sentence(_ effect: Effect) -> String {
    switch effect {
    case .pure: "Computes only: allowed anywhere."
    case .reads: "Reads only: allowed in steps, in their checks, and in a plan."
    case .changes(.idempotent): "Changes something: allowed in steps. It looks first, so doing it again does no harm."
    case .changes(.reattaching):
      "Changes something: allowed in steps. After a crash it is found again on the host, not done again."
    case .changes(.notIdempotent):
      "Changes something: allowed in steps. Doing it again may do harm: give the step a `check`."
    }
  }

  static func oneLine(_ parameter: Parameter) -> String {
    var text = oneLine(parameter.summary)
    if let value = parameter.defaultValue { text += " (default: \(show(value)))" }
    if let deprecation = parameter.deprecation { text += " " + deprecation.sentence }
    return text
  }

  static func oneLine(_ text: String) -> String { text.split(separator: "\n").joined(separator: " ") }

  static func show(_ value: Value) -> String {
    switch value {
    case .null: "nil"
    case .bool(let flag): String(flag)
    case .integer(let number): String(number)
    case .number(let number): number == number.rounded() ? String(Int64(number)) : String(number)
    case .string(let text): "\"\(text)\""
    case .bytes: "bytes"
    case .array(let elements): "{" + elements.map(show).joined(separator: ", ") + "}"
    case .object(let members):
      "{" + members.sorted { $0.key < $1.key }.map { "\($0.key) = \(show($0.value))" }.joined(separator: ", ") + "}"
    case .secret: Secret.placeholder
    }
  }
}
