import ArgumentParser
import Presentation
import Values

/// `runbook unpause`
struct UnpauseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "unpause", abstract: "Let a paused run continue.")

  @Argument(help: "The run's ID or the beginning of it.", completion: Completion.run { $0.pause != nil })
  var run: String

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await CommandFailure.reported(options) {
      try await RunAnswering(options: options).answer(run, next: "Watch it with: runbook logs -f") {
        runner, record, user in
        [
          try await runner.unpause(record, by: user, how: "command")
            ? "The run continues." : "The run was not paused."
        ]
      }
      return .success
    }
  }
}
