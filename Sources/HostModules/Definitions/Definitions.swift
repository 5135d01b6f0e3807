import Engine

/// Writes the LuaCATS definitions (`---@meta`) of host modules, with which editors complete and check runbooks.
public enum Definitions {
  /// One file per module: its name (`swarm.lua`) and its text.
  public static func write(_ modules: [HostModule]) -> [String: String] {
    Dictionary(uniqueKeysWithValues: modules.map { ("\($0.name).lua", ModuleDefinition(module: $0).text) })
  }
}
