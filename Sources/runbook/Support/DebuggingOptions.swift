import ArgumentParser
import Values

/// The options with which an author tries out a runbook.
struct DebuggingOptions: ParsableArguments {
  @Flag(
    help: ArgumentHelp(
      "Show each call of a host module with its arguments, its result, and how long it took: on standard error, or as "
        + "events with --json. Secrets are hidden. The live tree is not shown."))
  var trace = false

  @Flag(help: "Ask at the terminal before each step that would be carried out.")
  var step = false

  @Option(help: ArgumentHelp("Stop once this step is done: its path, or the end of it.", valueName: "step"))
  var until: String?

  @Option(
    help: ArgumentHelp(
      "Change nothing in the branches of other hosts: when a parallel has a branch for each host, only this one's is "
        + "carried out, and the run stops after it, because later steps may need all.", valueName: "host"),
    completion: Completion.host)
  var only: String?

  /// Whether an execution may end before the runbook does.
  var isBounded: Bool { step || until != nil || only != nil }

  /// Refuses to ask without a terminal.
  func check(_ options: GlobalOptions) throws {
    guard step, !TerminalApprover.isThere || options.json else { return }
    throw Failure(
      "usage.no_terminal", "--step asks before each step, and there is no terminal",
      hint: "start it at a terminal without --json, or stop at a step with --until STEP")
  }

  var debugging: Debugging { Debugging(isTraced: trace, isStepped: step, until: until, only: only) }
}
