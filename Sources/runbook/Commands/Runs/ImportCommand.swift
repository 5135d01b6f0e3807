import ArgumentParser
import Foundation
import Journal
import Values

/// `runbook runs import`
struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Read runs from a file that `runbook runs export` wrote.",
    discussion: """
      Imported runs are for reading: list, show, logs, report and diff show them, but they can't be resumed or rolled \
      back here. A run that exists already with the same content is left as it is; with other content nothing is \
      imported.
      """)

  @Argument(help: "The file; - is standard input.", completion: .file(extensions: ["jsonl"]))
  var file: String

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await CommandFailure.reported(options) {
      let archive = try RunArchive(text: try InputFile(file).data(), file: file == "-" ? "standard input" : file)
      let store = try await JournalAccess.forWriting(options)
      let (added, present) = try await ArchiveImport(archive, by: ProcessIdentity.current.user)
        .add(to: store, at: Date())
      if options.json {
        let document: Value = [
          "imported": .array(added.map { .string($0) }), "present": .array(present.map { .string($0) }),
        ]
        Screen(options).print([try JSON.encode(document, secrets: .hidden)])
        return .success
      }
      var lines = added.map { "Imported: \($0), from \(archive.machine). Look at it with: runbook show \($0)" }
      lines += present.map { "Already here, with the same content: \($0)" }
      Screen(options).print(lines.isEmpty ? ["The archive holds no run."] : lines)
      return .success
    }
  }
}
