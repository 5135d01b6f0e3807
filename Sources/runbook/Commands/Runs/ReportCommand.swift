import ArgumentParser
import Foundation
import Journal
import Report
import Values

/// `runbook report`
struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write a report of a run as one HTML file: outcome, timeline, approvals, every command and its output.",
    discussion: "The file holds everything that it shows, so it can be sent and kept. It holds no secret.")

  @Argument(help: "The run's ID or the beginning of it.", completion: Completion.run())
  var run: String

  @Option(
    name: [.short, .long], help: "Write this file (default: runbook-RUN.html); - is standard output.",
    completion: .file(extensions: ["html"]))
  var output: String?

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await CommandFailure.reported(options) {
      guard let store = try await JournalAccess.forReading(options) else {
        throw Failure(.runUnknown, "there is no run \"\(run)\": nothing was run yet")
      }
      let record = try await store.existing(run)
      let events = try await store.events(of: record.id, after: 0)
      let gone = Liveness.isGone(record, RunState(events: events), try await store.leases())
      let text = try RunReport(run: record, events: events, executorIsGone: gone).html()
      let path = try output ?? "runbook-\(RunID(validating: record.id)).html"
      if path == "-" {
        FileHandle.standardOutput.write(Data(text.utf8))
        return .success
      }
      try OutputFile(path).write(text)
      Screen(options).print(
        options.json ? [try JSON.encode(["file": .string(path)], secrets: .hidden)] : ["Written: \(path)"])
      return .success
    }
  }
}
