import Values

extension FailureCode {
  /// A function that waits was called where a script can't wait.
  public static let luaCannotWait: FailureCode = "lua.cannot_wait"
  /// A value can't be taken as data.
  public static let luaNotData: FailureCode = "lua.not_data"
  /// An object does not have such a field.
  public static let luaUnknownField: FailureCode = "lua.unknown_field"
  /// An object or table can't be assigned to.
  public static let luaReadOnly: FailureCode = "lua.read_only"
  /// A secret was used as if it were text.
  public static let luaHidden: FailureCode = "lua.hidden"
  /// A reference belongs to another Lua state.
  public static let luaForeign: FailureCode = "lua.foreign_reference"
  /// Functions that wait are nested too deep.
  public static let luaNesting: FailureCode = "lua.nesting"
}
