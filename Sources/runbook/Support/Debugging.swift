import Engine
import Foundation
import Journal
import Presentation
import Values

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
