import LuaVM

/// The end of a branch that is no failure: the others go on.
protocol BranchPause: UncatchableError {}

/// The run stops here, because its bounds say so.
struct StoppedShort: UncatchableError {
  /// Why, for a person.
  var reason: String
}

/// A branch goes no further, because the run is held to another host.
struct LeftOut: BranchPause {
  /// Whose branches were left out.
  var hosts: Set<String>
}
