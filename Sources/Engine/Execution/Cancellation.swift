/// The safe point before each step.
enum Cancellation {
  /// Throws when no further step may begin here.
  static func check(_ stop: StopSignal, _ scope: Scope) async throws {
    try Task.checkCancellation()
    if stop.isRaised { throw StopRequested() }
    if scope.isHalted { throw BranchHalted() }
  }
}
