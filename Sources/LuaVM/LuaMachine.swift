import CLua
import Values

/// One Lua state. Not Sendable: only its runtime's thread uses it.
///
/// While a method of this type runs, a Swift frame is on the stack; so only such parts of Lua's API are used here that
/// can't raise an error as long as memory is not refused, and it isn't (see CLua.h).
final class LuaMachine {
  let control: LuaControl
  let limits: LuaLimits
  let references = ReleaseQueue()
  /// The scratch stack; no script runs on it. `nil` once closed.
  private(set) var main: OpaquePointer?
  /// What the coroutine that just yielded waits for.
  var pending: Pending?
  /// Metatables of objects by what they depend on, as slots of the registry.
  var metatables: [String: CInt] = [:]
  /// Names of loaded files by the short form that Lua's messages have.
  var chunks: [String: String] = [:]
  /// The slot of the table that keeps tracebacks of error values that are tables.
  var traces: CInt = 0

  /// What a coroutine yielded for.
  enum Pending {
    case wait(@Sendable () async throws -> [LuaValue], stack: [OpaquePointer])
    case end(any Error)
  }

  /// Gets, at the end, the lines that were executed.
  private let coverage: LineCoverage?

  init(limits: LuaLimits, coverage: LineCoverage? = nil) throws {
    self.limits = limits
    self.coverage = coverage
    control = try LuaControl(limits: limits)
    main = lvm_open(
      control.state, Unmanaged.passUnretained(self).toOpaque(),
      { context, L, closure in
        let machine = Unmanaged<LuaMachine>.fromOpaque(context).takeUnretainedValue()
        let closure = Unmanaged<HostClosure>.fromOpaque(closure).takeUnretainedValue()
        return closure.body(machine, L)
      },
      { Unmanaged<AnyObject>.fromOpaque($0).release() })
    guard let main else {
      throw LuaError(kind: .memory, message: "\(limits.memoryBytes) bytes are not enough for a Lua state")
    }
    lvm_new_weak_table(main, "k")
    traces = lvm_ref(main)
    if coverage != nil, !lvm_watch_lines(control.state) {
      throw LuaError(kind: .memory, message: "there is no memory to note the executed lines in")
    }
  }

  deinit { close() }

  /// Ends the state. Coroutines that still wait are dropped.
  func close() {
    guard main != nil else { return }
    main = nil
    coverage?.add(control)
    lvm_close(control.state)
  }

  /// The scratch stack, when scripts may run.
  func open() throws -> OpaquePointer {
    guard let main else { throw LuaError.closed }
    releaseReferences()
    return main
  }

  var memoryInUse: Int { main == nil ? 0 : lvm_memory(control.state) }

  /// Frees the slots of references that Swift has let go.
  func releaseReferences() {
    guard let main else { return }
    for reference in references.take() { lvm_unref(main, reference) }
  }

  /// Loads a text chunk.
  func load(_ source: String, chunkName: String) throws -> LuaFunction {
    let L = try open()
    lua_checkstack(L, 8)
    chunks[Self.shortName(of: chunkName)] = chunkName
    let status = source.withCString { lvm_load(control.state, L, $0, source.utf8.count, "@" + chunkName) }
    defer { lvm_pop(L, 1) }
    if status == LUA_ERRMEM { throw outOfMemory(location: nil, traceback: "") }
    guard status == LUA_OK else {
      let text = text(at: -1, of: L) ?? "unknown error"
      let (location, message) = split(text)
      throw LuaError(kind: .syntax, message: message, location: location)
    }
    guard case .function(let function) = read(L, -1) else { preconditionFailure("a chunk is a function") }
    return function
  }

  /// What Lua's memory error means: an interruption takes that form too.
  func outOfMemory(location: SourceLocation?, traceback: String) -> LuaError {
    if control.isInterrupted { return LuaError.interrupted.passed(through: location, traceback: traceback) }
    return LuaError(
      kind: .memory,
      message: "the script needs more than the \(limits.memoryBytes >> 20) MiB of memory that it may use",
      location: location, traceback: traceback)
  }

  /// How Lua names a file in messages: the end of a long name.
  private static func shortName(of name: String) -> String {
    let limit = Int(LUA_IDSIZE) - 1
    let bytes = Array(name.utf8)
    guard bytes.count > limit else { return name }
    return "..." + String(decoding: bytes.suffix(limit - 3), as: UTF8.self)
  }
}

/// The Swift side of a C closure.
final class HostClosure {
  let name: String
  /// Gets its arguments on the stack, and returns a count of results or a status of CLua.h.
  let body: (LuaMachine, OpaquePointer) -> CInt

  init(_ name: String, _ body: @escaping (LuaMachine, OpaquePointer) -> CInt) {
    self.name = name
    self.body = body
  }
}

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
