import LuaVM

/// The end of a branch that is not a failure: the others continue.
protocol BranchPause: UncatchableError {}

/// The run stops here, because its bounds say so.
struct StoppedShort: UncatchableError {
  /// Why, for people.
  var reason: String
}

/// A branch stops, because the run is limited to another host.
struct LeftOut: BranchPause {
  /// Whose branches were left out.
  var hosts: Set<String>
}
