import ArgumentParser
import Foundation
import HostModules
import Inventory
import Survey
import Values

/// `runbook inventory from-swarm`
struct FromSwarmCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "from-swarm", abstract: "Generate an inventory from a running swarm, by asking one of its managers.",
    discussion: """
      Connects to the manager by ssh and reads the nodes, their roles, addresses and labels, and the stack. A label \
      da-NAME=true gives its node the service NAME. Nothing is changed. The other hosts are assumed to be reachable in \
      the same way as the manager, at the addresses that the swarm knows.
      """)

  @Argument(help: "A manager, as ssh knows it, or its address.", completion: Completion.sshHost)
  var host: String

  @Option(name: [.short, .long], help: "Write this file (default: standard output).", completion: Completion.inventory)
  var output: String?

  @Option(help: "The stack's name (default: the only one, or the one that the product's labels place).")
  var stack: String?

  @Option(help: "Where the stack's compose files are on the manager.")
  var directory = "/opt/nexus/docker-compose"

  @Option(help: "The user to log in as (default: ssh's own choice).")
  var user: String?

  @Option(parsing: .unconditional, help: "sshd's port (default: ssh's own choice).")
  var port: Int?

  @Option(help: "The private key's file (default: ssh's own choice).", completion: .file())
  var identity: String?

  @Option(help: "The ssh configuration file (default: ssh's own choice).", completion: .file())
  var sshConfig: String?

  @Flag(inversion: .prefixedNo, help: "Whether docker needs sudo (default: found out by trying).")
  var sudo: Bool?

  @OptionGroup var options: GlobalOptions

  func validate() throws {
    if !directory.hasPrefix("/") { throw ValidationError("--directory must be an absolute path") }
    if let port, !NumberBounds.port.contains(Double(port)) {
      throw ValidationError("--port must be a number \(NumberBounds.port.text)")
    }
  }

  func run() async throws {
    try await CommandFailure.reported(options) {
      var reach = InventoryDraft.Host(name: "manager", address: host, role: .manager)
      reach.ssh.user = user
      reach.ssh.port = port
      reach.ssh.identity = identity.map(absolute)
      reach.ssh.config = sshConfig.map(absolute)
      do {
        try DraftOutput(options: options, path: output).write(try await draft(reach, sudo: sudo ?? false))
      } catch let failure as Failure where failure.code == "engine.permission_denied" && sudo == nil {
        try DraftOutput(options: options, path: output).write(try await draft(reach, sudo: true))
      }
      return .success
    }
  }

  private func draft(_ reach: InventoryDraft.Host, sudo: Bool) async throws -> InventoryDraft {
    var reach = reach
    reach.sudo = sudo
    var single = InventoryDraft()
    single.hosts = [reach]
    let fleet = Fleet(inventory: try Inventory.parse(text: single.text, file: "the command line"))
    reach.name = host
    do {
      let draft = try await SwarmSurvey(fleet, reach: reach).draft(stack: stack, directory: directory)
      await fleet.close()
      return draft
    } catch {
      await fleet.close()
      throw error
    }
  }

  private func absolute(_ path: String) -> String {
    URL(filePath: (path as NSString).expandingTildeInPath).standardizedFileURL.path
  }
}
