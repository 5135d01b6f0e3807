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

  /// How long Lua code has run without a pause; `nil` when none does.
  var busyTime: Duration? {
    let since = lvm_busy_since(state)
    return since == 0 ? nil : .nanoseconds(max(0, lvm_now() - since))
  }
}
