import ArgumentParser
import Values

/// The options of every command that executes a run.
struct ExecutionOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How many seconds a stopped run may finish what is under way before it is cut off.", valueName: "seconds"))
  var grace: Double = 120

  @Flag(
    help: ArgumentHelp(
      "Take over hosts that a run has changed which is not over. That run must not be resumed any more."))
  var takeOver = false

  @Flag(help: "Show as much of what commands print as there is room for.")
  var verbose = false

  func validate() throws {
    if grace < 0 { throw ValidationError("--grace is a number of seconds, 0 or more") }
  }

  func apply(to director: inout RunDirector) {
    director.grace = grace
    director.isVerbose = verbose
    director.takesOver = takeOver
  }
}
