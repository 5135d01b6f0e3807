import ArgumentParser
import Foundation

/// The options that every command has.
struct GlobalOptions: ParsableArguments {
  @Option(help: "Keep runs in this folder (default: $RUNBOOK_STATE, or $XDG_STATE_HOME/runbook).")
  var state: String?

  @Flag(help: "Write JSON: one object per event, or one document.")
  var json = false

  @Flag(help: "Do not use colours (so does the environment variable NO_COLOR).")
  var noColor = false
}
