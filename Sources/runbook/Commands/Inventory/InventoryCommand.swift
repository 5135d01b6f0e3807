import ArgumentParser

/// `runbook inventory`
struct InventoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inventory", abstract: "Check an inventory, or make one of what there is.",
    subcommands: [InventoryCheckCommand.self, FromAnsibleCommand.self, FromSwarmCommand.self])
}
