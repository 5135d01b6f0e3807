import ArgumentParser

/// `runbook runs`
struct RunsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs", abstract: "Take runs to another machine, and delete old ones.",
    subcommands: [ExportCommand.self, ImportCommand.self, PruneCommand.self])
}
