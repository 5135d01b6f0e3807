import CLua
import Values

// Values to and from Lua's stack.
extension LuaMachine {
  /// How deep nested lists and dictionaries may be when they are pushed.
  private static let maximumDepth = 200

  /// Pushes one value. On an error the stack is as before.
  func push(_ value: LuaValue, on L: OpaquePointer, depth: Int = 0) throws {
    guard lua_checkstack(L, 8) != 0 else {
      throw LuaError(kind: .runtime, message: "too many values for the Lua stack")
    }
    switch value {
    case .nil: lua_pushnil(L)
    case .bool(let flag): lua_pushboolean(L, flag ? 1 : 0)
    case .integer(let number): lua_pushinteger(L, number)
    case .number(let number): lua_pushnumber(L, number)
    case .string(let text): pushText(text, on: L)
    case .bytes(let bytes):
      bytes.withUnsafeBytes { _ = lua_pushlstring(L, $0.bindMemory(to: CChar.self).baseAddress, $0.count) }
    case .table(let table): try push(table.anchor, on: L)
    case .function(let function): try push(function.anchor, on: L)
    case .object(let object): try pushObject(object, on: L)
    case .list(let elements):
      try checkDepth(depth)
      try build(on: L, arrayCapacity: elements.count) {
        for (index, element) in elements.enumerated() {
          try push(element, on: L, depth: depth + 1)
          lua_rawseti(L, -2, lua_Integer(index + 1))
        }
      }
    case .dictionary(let members):
      try checkDepth(depth)
      try build(on: L, memberCapacity: members.count) {
        for (name, member) in members {
          try push(member, on: L, depth: depth + 1)
          setMember(name, on: L)
        }
      }
    }
  }

  private func checkDepth(_ depth: Int) throws {
    guard depth < Self.maximumDepth else {
      throw Failure(.luaNotData, "a value is nested more than \(Self.maximumDepth) levels deep")
    }
  }

  private func push(_ anchor: LuaAnchor, on L: OpaquePointer) throws {
    guard anchor.queue === references else {
      throw Failure(.luaForeign, "a table or function of another Lua state was passed")
    }
    lvm_push_ref(L, anchor.reference)
  }

  /// Pushes a fresh table that `fill` completes; removes it again when that fails.
  func build(
    on L: OpaquePointer, arrayCapacity: Int = 0, memberCapacity: Int = 0, _ fill: () throws -> Void
  ) throws {
    let top = lua_gettop(L)
    lua_createtable(L, CInt(clamping: arrayCapacity), CInt(clamping: memberCapacity))
    do {
      try fill()
    } catch {
      lua_settop(L, top)
      throw error
    }
  }

  /// Pushes text.
  func pushText(_ text: String, on L: OpaquePointer) {
    var text = text
    text.withUTF8 { utf8 in
      utf8.withMemoryRebound(to: CChar.self) { _ = lua_pushlstring(L, $0.baseAddress, $0.count) }
    }
  }

  /// Pops the value on top and makes it the member of that name of the table below it.
  func setMember(_ name: String, on L: OpaquePointer) {
    pushText(name, on: L)
    lua_rotate(L, -2, 1)
    lua_rawset(L, -3)
  }

  /// The value at `index`. Tables and functions come as references.
  func read(_ L: OpaquePointer, _ index: CInt) -> LuaValue {
    switch lua_type(L, index) {
    case LUA_TBOOLEAN: return .bool(lua_toboolean(L, index) != 0)
    case LUA_TNUMBER:
      if lua_isinteger(L, index) != 0 { return .integer(lua_tointegerx(L, index, nil)) }
      return .number(lua_tonumberx(L, index, nil))
    case LUA_TSTRING:
      var count = 0
      let bytes = UnsafeRawBufferPointer(start: lua_tolstring(L, index, &count), count: count)
      if let text = String(validating: bytes, as: UTF8.self) { return .string(text) }
      return .bytes(Array(bytes))
    case LUA_TTABLE: return .table(LuaTable(anchor: anchor(L, index)))
    case LUA_TFUNCTION:
      let (location, lastLine) = definition(L, index)
      return .function(LuaFunction(anchor: anchor(L, index), location: location, lastLine: lastLine))
    case LUA_TUSERDATA:
      guard let box = lvm_to_object(L, index) else { return .nil }
      return .object(LuaObject(storage: Unmanaged<LuaObject.Storage>.fromOpaque(box).takeUnretainedValue()))
    case LUA_TTHREAD:
      let anchor = anchor(L, index)
      return .object(LuaObject(typeName: "coroutine", identity: nil, text: "coroutine", payload: anchor))
    default: return .nil
    }
  }

  /// The values from `first` to the top.
  func readAll(_ L: OpaquePointer, from first: CInt) -> [LuaValue] {
    let top = lua_gettop(L)
    return first > top ? [] : (first...top).map { read(L, $0) }
  }

  /// The text at `index`, when there is text; other bytes are repaired.
  func text(at index: CInt, of L: OpaquePointer) -> String? {
    guard lua_type(L, index) == LUA_TSTRING else { return nil }
    var count = 0
    let bytes = UnsafeRawBufferPointer(start: lua_tolstring(L, index, &count), count: count)
    return String(decoding: bytes, as: UTF8.self)
  }

  private func anchor(_ L: OpaquePointer, _ index: CInt) -> LuaAnchor {
    lua_checkstack(L, 4)
    let address = UInt(bitPattern: lua_topointer(L, index))
    lua_pushvalue(L, index)
    return LuaAnchor(reference: lvm_ref(L), address: address, queue: references)
  }

  private func definition(_ L: OpaquePointer, _ index: CInt) -> (SourceLocation?, Int?) {
    lua_checkstack(L, 6)
    var frame = lvm_frame()
    lua_pushvalue(L, index)
    lvm_function_info(L, &frame)
    let location = location(of: frame, line: frame.line_defined)
    return (location, location == nil ? nil : Int(frame.last_line_defined))
  }
}
