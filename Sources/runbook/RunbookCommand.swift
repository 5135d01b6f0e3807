import ArgumentParser
import Foundation

/// The `runbook` command.
@main
struct RunbookCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runbook",
    abstract: "Runs operators' procedures on Docker Swarm appliances, step by step, and resumes them.",
    discussion: """
      A runbook is a Lua script that describes a procedure; an inventory is a YAML file that names the hosts. \
      Every step that is done is recorded, so that after a lost connection, a crash or Ctrl-C `runbook resume` \
      continues where the run stopped, and nothing is done twice.

      Exit codes:
        0    done
        1    failed, can be resumed
        2    wrong usage or input; nothing was changed
        3    waits for a person, can be resumed
        130  interrupted, can be resumed
      """,
    version: Version.text,
    groupedSubcommands: [
      CommandGroup(
        name: "Runs",
        subcommands: [
          RunCommand.self, ResumeCommand.self, RollbackCommand.self, PauseCommand.self, UnpauseCommand.self,
          ApproveCommand.self, RejectCommand.self, ResolveCommand.self, ListCommand.self, ShowCommand.self,
          LogsCommand.self, DiffCommand.self, ReportCommand.self, ServeCommand.self, RunsCommand.self,
        ]),
      CommandGroup(
        name: "Runbooks",
        subcommands: [
          PlanCommand.self, CheckCommand.self, TestCommand.self, NewCommand.self, InitCommand.self, ConsoleCommand.self,
        ]),
      CommandGroup(
        name: "Hosts", subcommands: [InventoryCommand.self, DoctorCommand.self, SnapshotCommand.self]),
    ])

  /// Runs the command; wrong usage has the same exit code as wrong input, not the library's own.
  static func main() async {
    if Version.isWholeWanted(Array(CommandLine.arguments.dropFirst())) { return print(Version.whole) }
    do {
      var command = try await asyncParseAsRoot()
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch {
      guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
      FileHandle.standardError.write(Data((fullMessage(for: error) + "\n").utf8))
      exit(withError: ExitStatus.invalid)
    }
  }
}

/// `runbook runs`
struct RunsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs", abstract: "Move runs to another machine, and delete old ones.",
    subcommands: [ExportCommand.self, ImportCommand.self, PruneCommand.self])
}

/// `runbook inventory`
struct InventoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inventory", abstract: "Check an inventory, or generate one from a running swarm or from Ansible.",
    subcommands: [InventoryCheckCommand.self, FromAnsibleCommand.self, FromSwarmCommand.self])
}
