import CLua
import Values

/// A coroutine that a Swift task drives.
final class LuaDriver {
  let thread: OpaquePointer
  let reference: CInt
  /// Where it waits: the threads, innermost first.
  var stack: [OpaquePointer] = []

  init(thread: OpaquePointer, reference: CInt) {
    self.thread = thread
    self.reference = reference
  }
}

// Coroutines and the host functions that they call.
extension LuaMachine {
  /// How far a coroutine came.
  enum Progress {
    case returned([LuaValue])
    case failed(any Error)
    case waits(@Sendable () async throws -> [LuaValue])
  }

  /// Makes a coroutine for one call and runs its first stretch.
  func start(_ function: LuaFunction, _ arguments: [LuaValue]) throws -> (LuaDriver, Progress) {
    let L = try open()
    if control.isInterrupted { throw LuaError.interrupted }
    lua_checkstack(L, 10)
    let driver = LuaDriver(thread: lvm_new_driver(control.state), reference: lvm_ref(L))
    do {
      try push(.function(function), on: driver.thread)
      for argument in arguments { try push(argument, on: driver.thread) }
    } catch {
      lvm_unref(L, driver.reference)
      throw error
    }
    return (driver, resume(driver, CInt(arguments.count)))
  }

  /// Answers a coroutine that waits, and runs its next stretch.
  func answer(_ driver: LuaDriver, _ result: Result<[LuaValue], any Error>, isCancelled: Bool) -> Progress {
    guard main != nil else { return .failed(LuaError.closed) }
    releaseReferences()
    if control.isInterrupted { return drop(driver, LuaError.interrupted) }
    let co = driver.thread
    // Not 0 when the function that yielded keeps something on its stack.
    let top = lua_gettop(co)
    do {
      let values = try result.get()
      lua_checkstack(co, 1)
      lua_pushboolean(co, 1)
      for value in values { try push(value, on: co) }
      return resume(driver, CInt(values.count) + 1)
    } catch {
      if isUncatchable(error) { return drop(driver, error) }
      if isCancelled {
        // A script must not continue after its task was cancelled, whatever the operation made of that.
        let thrown = LuaThrown(error, location: location(in: driver.stack), traceback: traceback(of: driver.stack))
        return drop(driver, thrown.outcome)
      }
      lua_settop(co, top)
      lua_checkstack(co, 10)
      lua_pushboolean(co, 0)
      pushError(error, chain: driver.stack, on: co)
      return resume(driver, 2)
    }
  }

  private func resume(_ driver: LuaDriver, _ count: CInt) -> Progress {
    let co = driver.thread
    pending = nil
    var results: CInt = 0
    let status = lvm_resume(control.state, co, count, &results)
    if status == LUA_OK {
      let top = lua_gettop(co)
      let values = readAll(co, from: top - results + 1)
      finish(driver)
      return .returned(values)
    }
    if status == LVM_WAITING, case .wait(let operation, let stack)? = pending {
      pending = nil
      driver.stack = stack
      return .waits(operation)
    }
    return drop(driver, failure(status, of: co))
  }

  /// Ends a coroutine before its end; its `__close` methods run.
  func drop(_ driver: LuaDriver, _ error: any Error) -> Progress {
    lvm_reset(control.state, driver.thread)
    pending = nil
    finish(driver)
    if control.isInterrupted, let failure = error as? LuaError, failure.kind != .interrupted {
      return .failed(LuaError.interrupted.passed(through: failure.location, traceback: failure.traceback))
    }
    return .failed(error)
  }

  private func finish(_ driver: LuaDriver) {
    if let main { lvm_unref(main, driver.reference) }
  }

  /// Carries out a host function for the coroutine L.
  func run(_ function: LuaHostFunction, _ L: OpaquePointer) -> CInt {
    releaseReferences()
    do {
      switch try function.body(LuaCall(machine: self, L: L, arguments: readAll(L, from: 1))) {
      case .returns(let values):
        let top = lua_gettop(L)
        do {
          for value in values { try push(value, on: L) }
        } catch {
          lua_settop(L, top)
          throw error
        }
        return CInt(values.count)
      case .awaits(let operation):
        guard lvm_can_wait(L) else { throw cannotWait(function.name, L) }
        pending = .wait(operation, stack: chain(from: L))
        return CInt(LVM_WAIT)
      }
    } catch {
      return raise(error, on: L)
    }
  }

  private func cannotWait(_ name: String, _ L: OpaquePointer) -> Failure {
    let obstacle = obstacle(in: chain(from: L))
    let inside: String
    let hint: String
    switch obstacle {
    case "table.sort":
      inside = "the function that table.sort compares with"
      hint = "compute first, then sort: collect what is compared in a table before the call of table.sort"
    case "string.gsub":
      inside = "the function that string.gsub replaces with"
      hint = "compute first, then replace: collect the replacements in a table and give that to string.gsub"
    case "tostring", "print":
      inside = "a __tostring metamethod"
      hint = "compute the text before, and keep it in the table that __tostring reads"
    case let obstacle?:
      inside = "a function or metamethod that \(obstacle) calls"
      hint = "call \(name) before \(obstacle), and keep what it returns in a variable"
    case nil:
      inside = "a function that Lua itself calls (a metamethod or a __close)"
      hint = "call \(name) before, and keep what it returns in a variable"
    }
    return Failure(.luaCannotWait, "\(name) waits for something outside, and \(inside) can't wait", hint: hint)
  }
}
