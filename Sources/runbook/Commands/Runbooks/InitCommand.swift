import ArgumentParser
import Foundation
import Values

/// `runbook init`
struct InitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Start a project: an inventory, and the shipped runbooks and modules for editing.",
    discussion: """
      Writes inventory.yaml, runbooks/ and stdlib/ (copies of the shipped ones, used instead of these in that folder), \
      .luarc.json for editors with the Lua language server, .gitignore, README.md. Existing files are not replaced.
      """)

  @Argument(help: "The project's folder; it is created when it is missing.", completion: .directory)
  var folder = "."

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await CommandFailure.reported(options) {
      let project = try Project(folder: folder, shared: SharedFolders())
      let written = try project.write()
      if options.json {
        let document: Value = ["folder": .string(folder), "files": .array(written.map { .string($0) })]
        Screen(options).print([try JSON.encode(document, secrets: .hidden)])
        return .success
      }
      let change = folder == "." ? "" : "cd \(folder) && "
      Screen(options).print([
        "A project in \(folder == "." ? "this folder" : folder): \(written.count) files.",
        "", "  inventory.yaml   describe your hosts here; then: \(change)runbook inventory check",
        "  runbooks/        the shipped procedures, version \(Version.text); edit them as you need",
        "  stdlib/          what they share, with definitions for editors", "",
        "Then: \(change)runbook doctor -i inventory.yaml",
        "And:  \(change)runbook plan distribute.lua -i inventory.yaml",
      ])
      return .success
    }
  }
}
