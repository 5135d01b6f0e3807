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
    commandName: "console", abstract: "Type Lua, and see what the hosts of an inventory answer.",
    discussion: """
      Everything that a step may call can be called: node.list(manager). The inventory is there as hosts, manager, \
      managers, workers, stack, inventory, and each host by its name. Reads only, unless --allow-changes is given. What is \
      put into globals stays; local ends with its input. Tab completes; the arrows bring back what was typed, which is kept \
      in the state folder, but not what holds the word secret. Ctrl-C stops an input, Ctrl-D or exit ends the session.

      Without a terminal it carries out what it reads line by line, and ends with exit code 1 when something failed.
      """)

  @Option(
    name: [.short, .long], help: "The inventory: a YAML file that names the hosts.", completion: Completion.inventory)
  var inventory = "inventory.yaml"

  @Flag(help: "Let functions that change something be called. The hosts are taken as by a run while they are.")
  var allowChanges = false

  @OptionGroup var simulation: SimulationOptions

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await CommandFailure.reported(options) {
      let read = try Inventory.load(path: inventory)
      let hosts = HostDirectory(read), folder = FileManager.default.currentDirectoryPath
      let state = StateFolder(option: options.state)
      let store = try await JournalAccess.forWriting(options)
      // What is changed in a simulated world ends with the session: no run has it.
      let simulated = try await simulation.world(for: read, options)
      let world = Fleet(inventory: read, ways: simulated?.world.ways, lockFolder: RunDirector.lockFolder)
      let screen = Screen(options), isTerminal = isatty(STDIN_FILENO) == 1 && screen.isTerminal && !options.json
      let environment = RunEnvironment(
        store: store, hostModules: HostModules.all(fleet: world), holder: ProcessIdentity.current.holder(for: ""),
        liveness: { ProcessIdentity.current.liveness(of: $0) }, locks: world.locks)
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
            + (simulated == nil ? ". " : ", simulated: what is changed ends with the session. ")
            + (allowChanges ? "Changes are allowed." : "Reads only; for changes start it with --allow-changes."),
          "Try: node.list(manager). Tab completes, Ctrl-D ends.",
        ])
      }
      let session = ConsoleSession(console: console, editor: editor, options: options, isTerminal: isTerminal)
      let isSound = await console.open { await session.run() }
      await world.close()
      return isTerminal || isSound ? .success : ExitStatus.failed
    }
  }
}
