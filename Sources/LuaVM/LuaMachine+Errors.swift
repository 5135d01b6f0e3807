import CLua
import Values

// Errors on their way into scripts and out of them.
extension LuaMachine {
  /// Makes a Swift error the answer of a host function.
  func raise(_ error: any Error, on L: OpaquePointer) -> CInt {
    if isUncatchable(error) {
      pending = .end(error)
      return CInt(LVM_DOOM)
    }
    pushError(error, chain: chain(from: L), on: L)
    return CInt(LVM_RAISE)
  }

  /// Pushes what scripts see of an error. A script's own error value that comes back from a nested call stays itself.
  func pushError(_ error: any Error, chain: [OpaquePointer], on L: OpaquePointer) {
    lua_checkstack(L, 10)
    let thrown = LuaThrown(error, location: location(in: chain), traceback: traceback(of: chain))
    do {
      try pushObject(thrown.object, on: L)
      guard let value = (error as? LuaError)?.value, case .table = value else { return }
      try push(value, on: L)
    } catch {
      return
    }
    // The table stays the error; its history is kept separately.
    lvm_push_ref(L, traces)
    lua_pushvalue(L, -2)
    lua_pushvalue(L, -4)
    lua_rawset(L, -3)
    lvm_pop(L, 1)
    lua_rotate(L, -2, -1)
    lvm_pop(L, 1)
  }

  /// The outcome of a coroutine that ended with `status`; its error value is on its top.
  func failure(_ status: CInt, of co: OpaquePointer) -> any Error {
    if case .end(let error)? = pending {
      pending = nil
      return error
    }
    pending = nil
    lua_checkstack(co, 10)
    let traceback = joined(traceback(of: [co]), inner: lvm_inner_trace(co, -1))
    let frame = location(in: [co])
    if status == LUA_ERRMEM {
      return outOfMemory(location: frame, traceback: traceback)
    }
    if let thrown = object(at: -1, of: co)?.payload as? LuaThrown { return thrown.outcome }
    if let text = text(at: -1, of: co) {
      var (location, message) = split(text)
      // coroutine.wrap puts its own line before the one that the error came from.
      while case (let inner?, let rest) = split(message) { (location, message) = (inner, rest) }
      return LuaError(kind: .runtime, message: message, location: location ?? frame, traceback: traceback)
    }
    let value = read(co, -1)
    if case .table = value, let thrown = history(of: co), var error = thrown.error as? LuaError {
      error = error.passed(through: thrown.location, traceback: thrown.traceback)
      error.value = value
      return error
    }
    return LuaError(
      kind: .runtime, message: describe(value, on: co), location: frame, traceback: traceback, value: value)
  }

  /// What was kept of the table on top when it came out of a nested call.
  private func history(of co: OpaquePointer) -> LuaThrown? {
    lvm_push_ref(co, traces)
    lua_pushvalue(co, -2)
    lua_rawget(co, -2)
    defer { lvm_pop(co, 2) }
    return object(at: -1, of: co)?.payload as? LuaThrown
  }

  /// The text of an error value on top that is not a string.
  private func describe(_ value: LuaValue, on co: OpaquePointer) -> String {
    if case .object(let object) = value { return object.text }
    guard case .table = value, let L = main else { return "an error that is a \(value.typeName) value" }
    // Not on the dead coroutine: nothing may run there.
    lua_checkstack(L, 8)
    lua_checkstack(co, 2)
    lua_pushvalue(co, -1)
    lua_xmove(co, L, 1)
    defer { lvm_pop(L, 1) }
    if lua_getmetatable(L, -1) != 0 {
      pushText("__tostring", on: L)
      let hasText = lua_rawget(L, -2) != LUA_TNIL
      lvm_pop(L, 2)
      if hasText {
        defer { lvm_pop(L, 1) }
        if lvm_tolstring(L, -1) == LUA_OK, let text = text(at: -1, of: L) { return text }
        return "an error that is a table value"
      }
    }
    pushText("message", on: L)
    lua_rawget(L, -2)
    defer { lvm_pop(L, 1) }
    return text(at: -1, of: L) ?? "an error that is a table value"
  }

  private func joined(_ outer: String, inner: UnsafePointer<CChar>?) -> String {
    guard let inner else { return outer }
    let lines = String(cString: inner).split(separator: "\n").dropFirst()
      .map { $0.first == "\t" ? $0.dropFirst() : $0 }
    return (lines.map(String.init) + [outer]).filter { !$0.isEmpty }.joined(separator: "\n")
  }
}
