import ArgumentParser
import Inventory

/// `runbook inventory from-ansible`
struct FromAnsibleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "from-ansible", abstract: "Make an inventory of an Ansible one: INI or YAML.",
    discussion: """
      Hosts, addresses, users, ports, keys and become are taken over. A host is a manager when it is in a group with \
      "manager" in its name, else the first one is; a group named as a service (policy, da-policy) gives its hosts that \
      service. What can't be taken over stands in the file as a comment, secrets without their values. Nothing is executed: \
      of a script, or of a folder, give what `ansible-inventory --list --yaml` writes.
      """)

  @Argument(help: "Ansible's inventory file.", completion: .file())
  var file: String

  @Option(name: [.short, .long], help: "Write this file (default: standard output).", completion: Completion.inventory)
  var output: String?

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await CommandFailure.reported(options) {
      let draft = AnsibleConversion(try AnsibleInventory.load(path: file), file: file).draft()
      try DraftOutput(options: options, path: output).write(draft)
      return .success
    }
  }
}
