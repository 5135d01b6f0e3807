import CLua

extension LuaMachine {
  /// The pairs of a table in a fixed order: numbers, text, then other keys.
  func entries(_ table: LuaTable, on L: OpaquePointer) throws -> [(key: LuaValue, value: LuaValue)] {
    lua_checkstack(L, 10)
    let top = lua_gettop(L)
    defer { lua_settop(L, top) }
    try push(.table(table), on: L)
    _ = lvm_push_members(L, -1)
    let index = lua_gettop(L)
    guard lvm_sorted_keys(L, index) == LUA_OK else { throw notData("", "can't be read") }
    let keys = lua_gettop(L)
    var entries: [(key: LuaValue, value: LuaValue)] = []
    for position in 0..<lua_Integer(lua_rawlen(L, keys)) {
      lua_rawgeti(L, keys, position + 1)
      let key = read(L, -1)
      lua_rawget(L, index)
      entries.append((key, read(L, -1)))
      lvm_pop(L, 1)
    }
    return entries
  }
}
