import ArgumentParser
import Foundation
import Journal
import Values

/// `runbook runs export`
struct ExportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write runs to a file: all events, files and outputs, for reading elsewhere.",
    discussion: """
      The file is text, one JSON object a line, with a checksum at its end. Secrets are left out; everything else is as \
      in the journal, what commands printed included. It is read by `runbook runs import`.
      """)

  @Argument(help: "The runs' IDs or the beginnings of them.", completion: Completion.run())
  var runs: [String]

  @Option(
    name: [.short, .long], help: "Write this file (default: runbook-RUN.jsonl); - is standard output.",
    completion: .file(extensions: ["jsonl"]))
  var output: String?

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await CommandFailure.reported(options) {
      guard let store = try await JournalAccess.forReading(options) else {
        throw Failure(.runUnknown, "there is no run \"\(runs[0])\": nothing was run yet")
      }
      let entries = try await entries(in: store)
      let identity = ProcessIdentity.current
      let archive = RunArchive(
        entries: entries, writtenAt: Date(), user: identity.user, machine: identity.holder(for: "").machine)
      let text = try archive.text()
      let path = try output ?? (entries.count == 1 ? Self.name(entries[0].record) : "runbook-runs.jsonl")
      if path == "-" {
        FileHandle.standardOutput.write(Data(text.utf8))
        return .success
      }
      try OutputFile(path).write(text)
      try say(archive, path)
      return .success
    }
  }

  private static func name(_ run: RunRecord) throws -> String {
    "runbook-\(try RunID(validating: run.id)).jsonl"
  }

  private func entries(in store: SQLiteJournalStore) async throws -> [RunArchive.Entry] {
    let leases = try await store.leases()
    var entries: [RunArchive.Entry] = []
    for name in runs {
      let record = try await store.existing(name)
      if entries.contains(where: { $0.record.id == record.id }) { continue }
      let events = try await store.events(of: record.id, after: 0)
      let state = RunState(events: events)
      if state.status == .running, !Liveness.isGone(record, state, leases) {
        throw Failure(
          "archive.run_goes_on", "run \(record.id) is still running; the rest of it would be missing",
          hint: "export it after this execution has ended")
      }
      entries.append(RunArchive.Entry(record: record, events: events))
    }
    return entries
  }

  private func say(_ archive: RunArchive, _ path: String) throws {
    let events = archive.entries.map(\.events.count).reduce(0, +)
    let secrets = archive.secretCount
    if options.json {
      let document: Value = [
        "file": .string(path), "runs": .array(archive.entries.map { .string($0.record.id) }),
        "events": .integer(Int64(events)), "secrets_left_out": .integer(Int64(secrets)),
      ]
      return Screen(options).print([try JSON.encode(document, secrets: .hidden)])
    }
    let runs = archive.entries.map(\.record.id).joined(separator: ", ")
    Screen(options).print([
      "Written: \(path) (\(runs); \(events) events)",
      secrets == 0
        ? "It holds no secret: none was recorded."
        : "Left out: recorded secrets, in \(secrets) \(secrets == 1 ? "place" : "places").",
    ])
  }
}
