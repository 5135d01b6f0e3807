import ArgumentParser

/// `runbook inventory`
struct InventoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inventory", abstract: "Check an inventory, or generate one from a running swarm or from Ansible.",
    subcommands: [InventoryCheckCommand.self, FromAnsibleCommand.self, FromSwarmCommand.self])
}
