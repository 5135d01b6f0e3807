import Engine

/// Writes the LuaCATS definitions (`---@meta`) of host modules and built-ins, with which editors complete and check
/// runbooks.
public enum Definitions {
  /// One file per module, and `engine.lua` for the built-ins: the names (`swarm.lua`) and their texts.
  public static func write(_ modules: [HostModule]) -> [String: String] {
    var files = Dictionary(uniqueKeysWithValues: modules.map { ("\($0.name).lua", ModuleDefinition(module: $0).text) })
    files["engine.lua"] = BuiltinDefinition.file
    return files
  }
}
