import ArgumentParser

/// `runbook runs`
struct RunsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs", abstract: "Move runs to another machine, and delete old ones.",
    subcommands: [ExportCommand.self, ImportCommand.self, PruneCommand.self])
}
