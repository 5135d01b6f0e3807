import ArgumentParser
import Values

/// `runbook reject`
struct RejectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reject", abstract: "Reject what a run is waiting for; it ends there and can be rolled back.")

  @Argument(help: "The run's ID or the beginning of it.", completion: Completion.run { $0.status == .waiting })
  var run: String

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await CommandFailure.reported(options) {
      try await RunAnswering(options: options).answer(run, isYes: false)
      return .success
    }
  }
}
