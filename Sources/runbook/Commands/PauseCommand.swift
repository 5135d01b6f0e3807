import ArgumentParser
import Presentation
import Values

/// `runbook pause`
struct PauseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pause", abstract: "Have a run that is being executed wait before its next step.",
    discussion: """
      Steps that are under way are finished, retries included; nothing further begins until `runbook unpause`. The run keeps \
      its hosts meanwhile. A pause ends with the execution: Ctrl-C stops a paused run as ever, and after that or after a \
      crash `runbook resume` goes on without asking about the pause.
      """)

  @Argument(
    help: "The run's ID or the beginning of it.",
    completion: Completion.run { $0.status == .running && $0.pause == nil })
  var run: String

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await CommandFailure.reported(options) {
      try await RunAnswering(options: options).answer(run, next: "Let it go on with: runbook unpause") {
        runner, record, user in
        [
          try await runner.pause(record, by: user, how: "command")
            ? "Pausing: what is under way is finished, and nothing further begins." : "It is to pause already."
        ]
      }
      return .success
    }
  }
}
