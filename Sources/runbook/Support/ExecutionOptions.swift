import ArgumentParser
import Foundation
import Values

/// The options of every command that executes a run.
struct ExecutionOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How many seconds the running steps of a stopped run may take before they are cut off.", valueName: "seconds"))
  var grace: Double = 120

  @Flag(
    help: ArgumentHelp(
      "Take over hosts that an unfinished run has changed. That run must not be resumed any more."))
  var takeOver = false

  @Option(
    help: ArgumentHelp(
      "Notify when the run waits or ends: a command line, which gets JSON on its standard input, or a web address, to "
        + "which it is posted (default: $RUNBOOK_NOTIFY, which keeps an address with a secret out of sight).",
      valueName: "command|URL"))
  var notify: String?

  @Flag(help: "Show as much of the commands' output as there is room for.")
  var verbose = false

  func validate() throws {
    if !NumberBounds.duration.contains(grace) {
      throw ValidationError("--grace must be a number of seconds, \(NumberBounds.duration.text)")
    }
  }

  func apply(to director: inout RunDirector) {
    director.grace = grace
    director.isVerbose = verbose
    director.notify = notify ?? ProcessInfo.processInfo.environment["RUNBOOK_NOTIFY"].flatMap { $0.isEmpty ? nil : $0 }
    director.takesOver = takeOver
  }
}
