import CLua
import Values

/// A Lua state on a thread of its own.
///
/// Each ``call(_:_:)`` runs in its own coroutine, driven by the task that made it, so that thousands can wait at once
/// and task-locals and cancellation reach host functions. Host functions are kept until ``close()``.
package actor LuaRuntime {
  private nonisolated let thread: LuaThread
  private nonisolated let control: LuaControl
  private let machine: LuaMachine

  /// How many calls of ``call(_:_:)`` are around this task.
  @TaskLocal private static var nesting = 0

  /// Makes a state with the part of the standard library that depends on nothing outside: base (without `dofile`,
  /// `loadfile`, `print`, `warn`), `coroutine`, `math` (without random numbers), `string`, `table` and `utf8`.
  /// `pairs` goes in a fixed order: numbers, text, truth values, objects by their identity; keys that are tables or
  /// functions come last, in no fixed order.
  ///
  /// `coverage`: gets, when the state is closed, the lines that were executed.
  package init(limits: LuaLimits = LuaLimits(), coverage: LineCoverage? = nil) throws {
    let machine = try LuaMachine(limits: limits, coverage: coverage)
    control = machine.control
    thread = LuaThread(control: machine.control)
    self.machine = machine
  }

  deinit { thread.stop() }

  /// The state's own thread.
  package nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  /// Makes `item` the global of that name; `math.pi` names a member of a global table.
  package func setGlobal(_ name: String, _ item: LuaItem) throws {
    let L = try machine.open()
    lua_checkstack(L, 12)
    let top = lua_gettop(L)
    defer { lua_settop(L, top) }
    let last = try pushOwner(of: name, on: L)
    try machine.push(item, on: L)
    machine.setMember(last, on: L)
  }

  /// Removes a global.
  package func removeGlobal(_ name: String) {
    guard let L = try? machine.open() else { return }
    lua_checkstack(L, 12)
    let top = lua_gettop(L)
    defer { lua_settop(L, top) }
    guard let last = try? pushOwner(of: name, on: L) else { return }
    lua_pushnil(L)
    machine.setMember(last, on: L)
  }

  /// Pushes the table that a dotted name is a member of, and returns the last part of the name.
  private func pushOwner(of name: String, on L: OpaquePointer) throws -> String {
    var parts = name.split(separator: ".").map(String.init)
    let last = parts.popLast() ?? name
    lvm_push_globals(L)
    for part in parts {
      machine.pushText(part, on: L)
      guard lua_rawget(L, -2) == LUA_TTABLE else {
        throw LuaError(kind: .runtime, message: "there is no global table '\(part)'")
      }
    }
    return last
  }

  /// Loads a chunk of Lua text; `chunkName` is the file that messages name. Throws ``LuaError`` of kind `syntax`.
  package func load(_ source: String, chunkName: String) throws -> LuaFunction {
    try machine.load(source, chunkName: chunkName)
  }

  /// Calls a function in a coroutine of its own, and returns its results.
  ///
  /// Throws ``LuaError``, `CancellationError` when the task was cancelled, or an ``UncatchableError`` as it is.
  package func call(_ function: LuaFunction, _ arguments: [LuaValue] = []) async throws -> [LuaValue] {
    try Task.checkCancellation()
    let nesting = Self.nesting
    guard nesting < machine.limits.nesting else {
      throw Failure(
        .luaNesting, "functions that wait are nested more than \(machine.limits.nesting) levels deep",
        hint: "look for a function that calls itself without end")
    }
    var (driver, progress) = try machine.start(function, arguments)
    while true {
      switch progress {
      case .returned(let values): return values
      case .failed(let error): throw error
      case .waits(let operation):
        let result: Result<[LuaValue], any Error>
        do {
          try Task.checkCancellation()
          result = .success(try await Self.$nesting.withValue(nesting + 1) { try await operation() })
        } catch {
          result = .failure(error)
        }
        progress = machine.answer(driver, result, isCancelled: Task.isCancelled)
      }
    }
  }

  /// A deep copy of a value; see ``LuaCall/snapshot(_:)``.
  package func snapshot(_ value: LuaValue) throws -> LuaValue { try machine.snapshot(value, on: machine.open()) }

  /// Stops the Lua code that runs, at once; scripts can't catch it. This and later calls fail as `interrupted`. Host
  /// operations that wait are not touched: cancel their tasks.
  package nonisolated func interrupt() { control.interrupt() }

  /// Whether Lua code runs now.
  package nonisolated var isRunningLua: Bool { control.busyTime != nil }

  /// The processor time that Lua code has used without a pause; `nil` when none runs.
  package nonisolated func busyTime() -> Duration? { control.busyTime }

  /// Ends the state and lets go of all host functions. Calls that wait fail when their operation is done.
  package func close() { machine.close() }

  /// What the state uses, in bytes; 0 once closed.
  package var memoryInUse: Int { machine.memoryInUse }
}

/// How much a script may use.
package struct LuaLimits: Sendable, Hashable {
  /// The memory of the Lua state, in bytes.
  package var memoryBytes: Int
  /// How deep calls may be nested by functions that wait and call scripts again.
  package var nesting: Int

  /// Sets limits; by default 256 MiB and 200 levels.
  package init(memoryBytes: Int = 256 << 20, nesting: Int = 200) {
    self.memoryBytes = memoryBytes
    self.nesting = nesting
  }
}

/// The part of a Lua state that any thread may touch: interrupting it and asking whether it is busy.
///
/// `@unchecked Sendable`: the C side keeps these in atomics and under its own lock; the rest of the state is used by
/// ``LuaMachine`` on the Lua thread only.
final class LuaControl: @unchecked Sendable {
  let state: OpaquePointer

  init(limits: LuaLimits) throws {
    guard let state = lvm_new(max(0, limits.memoryBytes)) else {
      throw LuaError(kind: .memory, message: "there is no memory for a Lua state")
    }
    self.state = state
  }

  deinit { lvm_free(state) }

  var isInterrupted: Bool { lvm_is_interrupted(state) }
  func interrupt() { lvm_interrupt(state) }

  /// The processor time that running Lua code has used without a pause; `nil` when none runs.
  var busyTime: Duration? {
    let time = lvm_busy_time(state)
    return time < 0 ? nil : .nanoseconds(time)
  }
}
