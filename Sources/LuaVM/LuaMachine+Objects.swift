import CLua
import Values

// Host functions, read-only tables and objects.
extension LuaMachine {
  /// Pushes a function that Swift carries out.
  func push(_ closure: HostClosure, on L: OpaquePointer) {
    lua_checkstack(L, 4)
    lvm_push_closure(L, Unmanaged.passRetained(closure).toOpaque())
  }

  func push(_ function: LuaHostFunction, on L: OpaquePointer) {
    push(HostClosure(function.name) { machine, L in machine.run(function, L) }, on: L)
  }

  func push(_ item: LuaItem, on L: OpaquePointer) throws {
    lua_checkstack(L, 12)
    switch item {
    case .value(let value): try push(value, on: L)
    case .function(let function): push(function, on: L)
    case .table(let members, let name, let missing):
      let top = lua_gettop(L)
      do {
        pushText(name, on: L)
        if let missing { push(missingMember(missing), on: L) } else { lua_pushnil(L) }
        lua_createtable(L, 0, CInt(clamping: members.count))
        for (name, member) in members {
          try push(member, on: L)
          setMember(name, on: L)
        }
      } catch {
        lua_settop(L, top)
        throw error
      }
      lvm_seal(L)
    }
  }

  private func missingMember(_ missing: @escaping @Sendable (String) -> any Error) -> HostClosure {
    HostClosure("index") { machine, L in
      guard let name = machine.text(at: 2, of: L) else { return 0 }
      return machine.raise(missing(name), on: L)
    }
  }

  /// Pushes the userdata that represents the object.
  func pushObject(_ object: LuaObject, on L: OpaquePointer) throws {
    if let anchor = object.payload as? LuaAnchor {
      return try push(.table(LuaTable(anchor: anchor)), on: L)
    }
    let storage = object.storage
    var key = storage.key
    key.withUTF8 { utf8 in
      utf8.withMemoryRebound(to: CChar.self) { key in
        guard let bytes = key.baseAddress, !lvm_push_known_object(L, bytes, key.count) else { return }
        pushMetatable(of: storage, on: L)
        lvm_push_object(L, Unmanaged.passRetained(storage).toOpaque(), bytes, key.count)
      }
    }
  }

  private func pushMetatable(of object: LuaObject.Storage, on L: OpaquePointer) {
    let name: String
    let metamethods: [String: HostClosure]
    switch object.behavior {
    case .plain where object.payload is LuaThrown: (name, metamethods) = ("thrown", LuaMetamethods.thrown)
    case .plain: (name, metamethods) = ("plain", LuaMetamethods.plain)
    case .hidden(let hint): (name, metamethods) = ("hidden \(hint)", LuaMetamethods.hidden)
    case .absorbing: (name, metamethods) = ("absorbing", LuaMetamethods.absorbing)
    }
    let key = "\(name)\u{0}\(object.typeName)"
    if let reference = metatables[key] { return lvm_push_ref(L, reference) }
    lua_createtable(L, 0, CInt(metamethods.count + 3))
    for (name, closure) in metamethods {
      push(closure, on: L)
      setMember(name, on: L)
    }
    // The name is what Lua's own messages call it, and for a secret the only place for a hint in them.
    if case .hidden(let hint) = object.behavior {
      pushText("\(object.typeName): \(hint)", on: L)
    } else {
      pushText(object.typeName, on: L)
    }
    setMember("__name", on: L)
    lvm_finish_metatable(L)
    lua_pushvalue(L, -1)
    metatables[key] = lvm_ref(L)
  }

  /// The object at `index`.
  func object(at index: CInt, of L: OpaquePointer) -> LuaObject.Storage? {
    lvm_to_object(L, index).map { Unmanaged<LuaObject.Storage>.fromOpaque($0).takeUnretainedValue() }
  }
}
