import ArgumentParser
import Engine
import Foundation
import HostModules
import Inventory
import Journal
import Presentation
import Values

/// `runbook console`
struct ConsoleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "console", abstract: "Type Lua, and see how the hosts of an inventory respond.",
    discussion: """
      You can call everything that a step may call, for example node.list(manager). The inventory is available as \
      hosts, manager, managers, workers, stack, inventory, and each host by its name. Reads only, unless \
      --allow-changes is given. Globals stay; a local ends with its input. Tab completes; the arrow keys bring back \
      earlier inputs, which are kept in the state folder, except those that contain the word secret. Ctrl-C stops an \
      input, Ctrl-D or exit ends the session.

      Without a terminal it executes its input line by line, and ends with exit code 1 when something failed.
      """)

  @Option(
    name: [.short, .long], help: "The inventory: a YAML file that names the hosts.", completion: Completion.inventory)
  var inventory = "inventory.yaml"

  @Flag(help: "Allow functions that change something. The first of them locks the hosts for the session.")
  var allowChanges = false

  @OptionGroup var simulation: SimulationOptions

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await CommandFailure.reported(options) {
      let read = try Inventory.load(path: inventory)
      let hosts = HostDirectory(read), folder = FileManager.default.currentDirectoryPath
      let state = StateFolder(option: options.state)
      let store = try await JournalAccess.forWriting(options)
      // Changes to a simulated world are lost with the session: no run keeps them.
      let simulated = try await simulation.world(for: read, options)
      let fleet = Fleet(inventory: read, access: simulated?.world.access, lockFolder: HostLockFolder.chosen)
      let screen = Screen(options), isTerminal = isatty(STDIN_FILENO) == 1 && screen.isTerminal && !options.json
      let environment = RunEnvironment(
        RunServices(store: store), hosts: RunHosts(modules: HostModules.all(fleet: fleet), locks: fleet.locks))
      let console = ScriptConsole(
        environment, hosts: hosts,
        modulePath: ModulePath(folders: ModuleFolders(folder: folder, shared: SharedFolders()).all), folder: folder,
        allowsChanges: allowChanges, say: { screen.print(PlainText.lines($0)) })
      let editor = LineEditor(history: isTerminal ? state.path + "/console-history" : nil) { word in
        BlockingAnswer.of { await console.completions(of: word) }
      }
      if isTerminal {
        screen.print([
          "\(hosts.names.count == 1 ? "1 host" : "\(hosts.names.count) hosts") of \(inventory)"
            + (simulated == nil ? ". " : ", simulated: changes are lost when the session ends. ")
            + (allowChanges ? "Changes are allowed." : "Reads only; to change things, add --allow-changes."),
          "Try: node.list(manager). Tab completes, Ctrl-D ends.",
        ])
      }
      let session = ConsoleSession(console: console, editor: editor, options: options, isTerminal: isTerminal)
      let isSound = await console.open { await session.run() }
      await fleet.close()
      return isTerminal || isSound ? .success : ExitStatus.failed
    }
  }
}
