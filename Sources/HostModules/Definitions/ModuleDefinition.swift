import Engine
import Values

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
