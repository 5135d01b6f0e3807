import CLua

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
