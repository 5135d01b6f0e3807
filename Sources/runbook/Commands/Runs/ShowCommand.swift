import ArgumentParser
import Journal
import Presentation
import Values

/// `runbook show`
struct ShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show a run: every step with its attempts, commands and outcome.")

  @Argument(help: "The run's ID or the beginning of it.", completion: Completion.run())
  var run: String

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await CommandFailure.reported(options) {
      guard let store = try await JournalAccess.forReading(options) else {
        throw Failure(.runUnknown, "there is no run \"\(run)\": nothing was run yet")
      }
      let record = try await store.existing(run)
      let state = RunState(events: try await store.events(of: record.id, after: 0))
      let gone = Liveness.isGone(record, state, try await store.leases())
      let view = RunStatusView(run: record, state: state, executorIsGone: gone)
      let screen = Screen(options)
      screen.print(options.json ? [view.json()] : view.render(columns: screen.columns, style: screen.style))
      return .success
    }
  }
}
