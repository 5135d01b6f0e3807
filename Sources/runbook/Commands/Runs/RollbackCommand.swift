import ArgumentParser
import Journal
import Values

/// `runbook rollback`
struct RollbackCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollback", abstract: "Undo what a run has done, from the latest step to the first.",
    discussion: """
      Each step's `undo` is carried out as a step of its own, recorded and resumed like any other. A step is undone by \
      the runbook and the modules that carried it out, on the inventory last used: as they were when the run began, or \
      as the operator has accepted them since. A step without an `undo` is left as it is.
      """)

  @Argument(
    help: "The run's ID or the beginning of it.",
    completion: Completion.run { $0.status != .rolledBack && $0.status != .refused })
  var run: String

  @Flag(help: "Answer yes to every question of the runbook.")
  var yes = false

  @OptionGroup var execution: ExecutionOptions
  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await CommandFailure.reported(options) {
      let store = try await JournalAccess.forWriting(options)
      let record = try await store.existing(run)
      let settings = execution.settings(saysYes: yes)
      return try await RunDirector(options: options, store: store, settings: settings).rollback(record)
    }
  }
}
