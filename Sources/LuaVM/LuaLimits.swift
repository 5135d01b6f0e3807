/// How much a script may use.
public struct LuaLimits: Sendable, Hashable {
  /// The memory of the Lua state, in bytes.
  public var memoryBytes: Int
  /// How deep calls may be nested by functions that wait and call scripts again.
  public var nesting: Int

  /// Sets limits; by default 256 MiB and 200 levels.
  public init(memoryBytes: Int = 256 << 20, nesting: Int = 200) {
    self.memoryBytes = memoryBytes
    self.nesting = nesting
  }
}
