import Engine

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
