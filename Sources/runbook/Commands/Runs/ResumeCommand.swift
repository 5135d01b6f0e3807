import ArgumentParser
import Engine
import Journal
import Values

/// `runbook resume`
struct ResumeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Continue a run that failed, was interrupted, waits, or crashed.",
    discussion: "Steps that are done keep their results and are not done again.")

  @Argument(
    help: "The run's ID or the beginning of it (default: the newest unfinished run).",
    completion: Completion.run { $0.canBeResumed })
  var run: String?

  @Flag(help: "Answer yes to every question of the runbook.")
  var yes = false

  @Flag(
    help:
      "Continue with the runbook as it is now, even if it was edited since, or skips steps that are done.")
  var acceptChanges = false

  @Flag(help: "Continue with the runbook, its modules and the inventory as they were when the run began.")
  var asStarted = false

  @Flag(help: "Refuse to continue when anything was edited since the run began.")
  var strict = false

  @OptionGroup var debugging: DebuggingOptions

  @OptionGroup var execution: ExecutionOptions

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    if [acceptChanges, asStarted, strict].count(where: { $0 }) > 1 {
      throw ValidationError("--accept-changes, --as-started and --strict exclude each other")
    }
  }

  func run() async throws {
    try await CommandFailure.reported(options) {
      try debugging.check(options)
      let store = try await JournalAccess.forWriting(options)
      let record = try await record(in: store)
      let input =
        try asStarted
        ? RunInput(asStarted: record) : RunInput(runbook: record.runbookPath, inventoryPath: record.inventoryPath)
      let settings = execution.settings(
        saysYes: yes, changes: strict ? .refuse : acceptChanges ? .accept(by: ProcessIdentity.current.user) : nil,
        debugging: debugging.debugging())
      return try await RunDirector(options: options, store: store, settings: settings).resume(record, input)
    }
  }

  private func record(in store: SQLiteJournalStore) async throws -> RunRecord {
    if let run { return try await store.existing(run) }
    for candidate in try await store.runs() {
      let state = RunState(events: try await store.events(of: candidate.id, after: 0))
      if !state.status.isOver, state.imported == nil { return try await store.existing(candidate.id) }
    }
    throw Failure(.runUnknown, "there is no run to resume: all have ended", hint: "list them with: runbook list")
  }
}
