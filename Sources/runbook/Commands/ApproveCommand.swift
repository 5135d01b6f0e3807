import ArgumentParser
import Values

/// `runbook approve`
struct ApproveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "approve", abstract: "Approve what a run is waiting for; `runbook resume` then continues.")

  @Argument(help: "The run's ID or the beginning of it.", completion: Completion.run { $0.status == .waiting })
  var run: String

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await CommandFailure.reported(options) {
      try await RunAnswering(options: options).answer(run, isYes: true)
      return .success
    }
  }
}
