import ArgumentParser
import Foundation
import Values

/// The options of every command that executes a run.
struct ExecutionOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "How many seconds a stopped run may finish what is under way before it is cut off.", valueName: "seconds"))
  var grace: Double = 120

  @Flag(
    help: ArgumentHelp(
      "Take over hosts that a run has changed which is not over. That run must not be resumed any more."))
  var takeOver = false

  @Option(
    help: ArgumentHelp(
      "Tell somebody when the run waits or ends: a command line, which gets JSON on its standard input, or a web address, "
        + "to which it is posted (default: $RUNBOOK_NOTIFY, which keeps an address with a secret out of sight).",
      valueName: "command|URL"))
  var notify: String?

  @Flag(help: "Show as much of what commands print as there is room for.")
  var verbose = false

  func validate() throws {
    if !NumberBounds.duration.contains(grace) {
      throw ValidationError("--grace is a number of seconds, \(NumberBounds.duration.text)")
    }
  }

  func apply(to director: inout RunDirector) {
    director.grace = grace
    director.isVerbose = verbose
    director.notify = notify ?? ProcessInfo.processInfo.environment["RUNBOOK_NOTIFY"].flatMap { $0.isEmpty ? nil : $0 }
    director.takesOver = takeOver
  }
}
