import ArgumentParser
import Engine
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

  /// The settings of an execution with these options.
  func settings(
    saysYes: Bool, changes: ChangePolicy? = nil, replaysEverything: Bool = false, debugging: Debugging = Debugging()
  ) -> ExecutionSettings {
    ExecutionSettings(
      saysYes: saysYes, grace: grace, takesOver: takeOver, isVerbose: verbose,
      notify: notify ?? ProcessInfo.processInfo.environment["RUNBOOK_NOTIFY"].flatMap { $0.isEmpty ? nil : $0 },
      changes: changes, replaysEverything: replaysEverything, debugging: debugging)
  }
}

/// How an operator wants a run to be executed.
struct ExecutionSettings {
  /// Whether every question of the runbook is answered with yes.
  let saysYes: Bool
  /// How long the running steps of a stopped run may take to finish, in seconds.
  let grace: Double
  /// Whether it takes over from an unfinished run that has changed the hosts.
  let takesOver: Bool
  /// Whether the tree shows as much of the commands' output as there is room for.
  let isVerbose: Bool
  /// Who is notified when the run waits or ends; see ``Notifier/way``.
  let notify: String?
  /// What to do when the runbook was edited since the run began; `nil` asks.
  let changes: ChangePolicy?
  /// Whether everything is replayed after each step.
  let replaysEverything: Bool
  /// How an author who tries out a runbook watches the run and limits it.
  let debugging: Debugging
}
