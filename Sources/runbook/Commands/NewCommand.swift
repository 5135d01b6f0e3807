import ArgumentParser
import Foundation
import Values

/// `runbook new`
struct NewCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Start a runbook: a file with a header, a parameter and a step, and its test.",
    discussion: "They are put into ./runbooks if that folder exists, else into the current one. Nothing is replaced.")

  @Argument(help: "The runbook's name, for example restart-access-points.")
  var name: String

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await CommandFailure.reported(options) {
      let runbook = try NewRunbook(
        name: name, folder: FileManager.default.currentDirectoryPath, shared: SharedFolders())
      try runbook.write()
      let screen = Screen(options)
      if options.json {
        let next = runbook.next.map { Value.string($0.command) }
        let document: Value = ["file": .string(runbook.path), "test": .string(runbook.testPath), "next": .array(next)]
        screen.print([try JSON.encode(document, secrets: .hidden)])
        return .success
      }
      let width = runbook.next.map(\.command.count).max() ?? 0
      screen.print(
        ["\(runbook.path) and \(runbook.testPath) were created: edit them as you need.", ""]
          + runbook.next.map {
            "  " + $0.command.padding(toLength: width + 3, withPad: " ", startingAt: 0) + $0.purpose
          })
      return .success
    }
  }
}
