import ArgumentParser
import Journal
import Values

/// `runbook resume`
struct ResumeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Go on with a run that failed, was interrupted, waits, or crashed.",
    discussion: "Steps that are done keep their results and are not done again.")

  @Argument(help: "The run's ID or the beginning of it (default: the newest run that is not over).")
  var run: String?

  @Flag(help: "Answer yes to every question.")
  var yes = false

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await CommandFailure.reported(options) {
      let store = try await JournalAccess.forWriting(options)
      let record = try await record(in: store)
      let input = try RunInput(runbook: record.runbookPath, inventoryPath: record.inventoryPath)
      return try await RunDirector(options: options, input: input, store: store, saysYes: yes).resume(record)
    }
  }

  private func record(in store: SQLiteJournalStore) async throws -> RunRecord {
    if let run { return try await store.existing(run) }
    for candidate in try await store.runs() {
      let state = RunState(events: try await store.events(of: candidate.id, after: 0))
      if !state.status.isOver { return try await store.existing(candidate.id) }
    }
    throw Failure(.runUnknown, "there is no run to resume: all are over", hint: "list them with: runbook list")
  }
}
