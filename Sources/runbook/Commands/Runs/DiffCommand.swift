import ArgumentParser
import Journal
import Presentation
import Values

/// `runbook diff`
struct DiffCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Compare two runs: parameters, files, steps, outcomes, durations, the state of the hosts.",
    discussion: """
      Exit code 0 means that both had the same inputs and the same results, 1 that they differ. Durations are shown \
      where they differ notably, but do not count as a difference. Secrets are not compared.
      """)

  @Argument(help: "The ID of the run to compare with, or the beginning of it.", completion: Completion.run())
  var first: String

  @Argument(help: "The ID of the other run, or the beginning of it.", completion: Completion.run())
  var second: String

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await CommandFailure.reported(options) {
      guard let store = try await JournalAccess.forReading(options) else {
        throw Failure(.runUnknown, "there is no run \"\(first)\": nothing was run yet")
      }
      let left = try await run(first, in: store), right = try await run(second, in: store)
      let diff = RunDiff(left.summary, right.summary, snapshots: (left.snapshots, right.snapshots))
      let view = RunDiffView(diff), screen = Screen(options)
      screen.print(options.json ? [view.json()] : view.render(columns: screen.columns, style: screen.style))
      return diff.isSame ? .success : ExitStatus.failed
    }
  }

  private func run(_ id: String, in store: SQLiteJournalStore) async throws -> (
    summary: RunSummary, snapshots: RunSnapshots
  ) {
    let record = try await store.existing(id)
    let events = try await store.events(of: record.id, after: 0)
    let state = RunState(events: events)
    let summary = RunSummary(
      run: record, state: state, executorIsGone: Liveness.isGone(record, state, try await store.leases()))
    return (summary, RunSnapshots(of: events))
  }
}
