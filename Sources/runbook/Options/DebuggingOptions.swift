import ArgumentParser
import Engine
import Foundation
import Journal
import Presentation
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

  /// - Parameter reuse: The step at which the run begins, and the earlier run whose results it uses.
  func debugging(reuse: ResultReuse? = nil) -> Debugging {
    Debugging(isTraced: trace, isStepped: step, until: until, only: only, reuse: reuse)
  }
}

/// How an author who tries out a runbook watches a run and limits it.
struct Debugging {
  /// Whether every call of a host module is shown.
  var isTraced = false
  /// Whether it asks before each step.
  var isStepped = false
  /// The step after which it stops.
  var until: String?
  /// The only host whose branches may change something.
  var only: String?
  /// The step at which the run begins, and the earlier run whose results it uses.
  var reuse: ResultReuse?

  /// The bounds without anyone to ask.
  var plainBounds: ExecutionBounds { ExecutionBounds(until: until, only: only) }

  /// The bounds of an execution.
  func bounds(with person: TerminalApprover, stop: StopSignal) -> ExecutionBounds {
    var bounds = plainBounds
    if isStepped { bounds.ask = { try await person.askBefore($0, stop: stop) } }
    return bounds
  }

  /// What is reported of each call: as events among the others with `--json`, else as lines on standard error.
  func tracer(_ options: GlobalOptions, _ pump: EventPump) -> (@Sendable (Event) -> Void)? {
    guard isTraced else { return nil }
    if options.json { return { pump.push($0) } }
    let style = Screen(options, descriptor: 2).style
    return { FileHandle.standardError.write(Data((TraceLine($0, style: style).text + "\n").utf8)) }
  }
}
