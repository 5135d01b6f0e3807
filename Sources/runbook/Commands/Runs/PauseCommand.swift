import ArgumentParser
import Presentation
import Values

/// `runbook pause`
struct PauseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pause", abstract: "Make a running run wait before its next step.",
    discussion: """
      Running steps finish first, retries included; nothing further begins until `runbook unpause`. The run keeps its \
      hosts locked meanwhile. A pause ends with the execution: Ctrl-C stops a paused run as usual, and after that or \
      after a crash `runbook resume` continues without asking about the pause.
      """)

  @Argument(
    help: "The run's ID or the beginning of it.",
    completion: Completion.run { $0.status == .running && $0.pause == nil })
  var run: String

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await CommandFailure.reported(options) {
      try await RunAnswering(options: options).answer(run, next: "To let it continue: runbook unpause") {
        control, record, user in
        [
          try await control.pause(record, by: user, how: "command")
            ? "Pausing: running steps finish first, and nothing further begins." : "A pause was requested already."
        ]
      }
      return .success
    }
  }
}

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
        control, record, user in
        [
          try await control.unpause(record, by: user, how: "command")
            ? "The run continues." : "The run was not paused."
        ]
      }
      return .success
    }
  }
}
