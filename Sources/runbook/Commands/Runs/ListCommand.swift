import ArgumentParser
import Journal
import Presentation
import Values

/// `runbook list`
struct ListCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "List the runs, newest first.")

  @Option(help: "Only runs of this runbook, for example distribute.lua.", completion: Completion.runbook)
  var runbook: String?

  @Option(
    help: ArgumentHelp(
      "Only runs with this status: \(ListCommand.statuses.joined(separator: ", ")). Can be repeated.",
      valueName: "state-name"),
    completion: .list(ListCommand.statuses))
  var status: [String] = []

  @Flag(help: "Only runs that can be resumed.")
  var open = false

  @Option(name: [.short, .long], parsing: .unconditional, help: "Show at most this many runs, the newest.")
  var limit: Int?

  @OptionGroup var options: GlobalOptions

  private static let statuses = RunStatus.allCases.map(\.rawValue) + ["crashed", "pausing", "paused"]

  func validate() throws {
    if let wrong = status.first(where: { !Self.statuses.contains($0) }) {
      throw ValidationError("there is no status \"\(wrong)\"; choose from: \(Self.statuses.joined(separator: ", "))")
    }
    if let limit, limit < 1 { throw ValidationError("--limit must be a number, 1 or more") }
  }

  func run() async throws {
    try await CommandFailure.reported(options) {
      let screen = Screen(options)
      var rows: [RunTable.Row] = []
      if let store = try await JournalAccess.forReading(options) {
        let leases = try await store.leases()
        for run in try await store.runs() where isWanted(run) {
          if let limit, rows.count == limit { break }
          let state = RunState(events: try await store.events(of: run.id, after: 0))
          let row = RunTable.Row(run: run, state: state, executorIsGone: Liveness.isGone(run, state, leases))
          if isWanted(row) { rows.append(row) }
        }
      }
      let table = RunTable(rows: rows, isFiltered: runbook != nil || !status.isEmpty || open)
      screen.print(options.json ? [table.json()] : table.render(columns: screen.columns, style: screen.style))
      return .success
    }
  }

  private func isWanted(_ run: RunRecord) -> Bool {
    guard let runbook else { return true }
    func name(_ text: String) -> Substring {
      let file = text.split(separator: "/").last ?? ""
      return file.hasSuffix(".lua") ? file.dropLast(4) : file
    }
    return name(run.runbook) == name(runbook)
  }

  private func isWanted(_ row: RunTable.Row) -> Bool {
    if open, !row.status.canBeResumed { return false }
    return status.isEmpty || status.contains(row.status.name)
  }
}
