import ArgumentParser
import Journal
import Presentation
import Values

/// `runbook list`
struct ListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List the runs, newest first.")

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await CommandFailure.reported(options) {
      let screen = Screen(options)
      var rows: [RunTable.Row] = []
      if let store = try await JournalAccess.forReading(options) {
        let leases = try await store.leases()
        for run in try await store.runs() {
          let state = RunState(events: try await store.events(of: run.id, after: 0))
          rows.append(.init(run: run, state: state, executorIsGone: Liveness.isGone(run, state, leases)))
        }
      }
      let table = RunTable(rows: rows)
      screen.print(options.json ? [table.json()] : table.render(columns: screen.columns, style: screen.style))
      return .success
    }
  }
}
