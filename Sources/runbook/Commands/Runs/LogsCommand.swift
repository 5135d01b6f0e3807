import ArgumentParser
import Foundation
import Journal
import Presentation
import Values

/// `runbook logs`
struct LogsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logs", abstract: "Show a run's events, one line each, from its journal.")

  @Argument(help: "The run's ID or the beginning of it.", completion: Completion.run())
  var run: String

  @Argument(help: "Only the step with this path, or the steps below this scope.", completion: Completion.step())
  var step: String?

  @Flag(name: [.short, .long], help: "Keep showing new events until the execution ends.")
  var follow = false

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await CommandFailure.reported(options) {
      guard let store = try await JournalAccess.forReading(options) else {
        throw Failure(.runUnknown, "there is no run \"\(run)\": nothing was run yet")
      }
      let record = try await store.existing(run)
      let screen = Screen(options)
      let output = DescriptorOutput(1)
      let presenter: any Presenter =
        options.json
        ? JSONLines(run: record.id, trace: .given(record), output: output)
        : PlainLines(run: record.id, runbook: record.runbook, output: output, style: screen.style)
      var last: Int64 = 0
      var state = RunState()
      repeat {
        for event in try await store.events(of: record.id, after: last) {
          last = event.sequence
          state.apply(event)
          if isWanted(event) { await presenter.show(event) }
        }
        guard follow, state.status == .running || state.status == .created else { break }
        // Another process writes, and SQLite does not report that.
        try await Task.sleep(for: .milliseconds(200))
      } while true
      await output.drain()
      return .success
    }
  }

  private func isWanted(_ event: Event) -> Bool {
    guard let step else { return true }
    return event.path == step || event.path?.hasPrefix(step + "/") == true
  }
}
