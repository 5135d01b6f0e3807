import ArgumentParser
import Foundation
import Inventory
import Values

/// `runbook snapshot`
struct SnapshotCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "snapshot", abstract: "Write down how the hosts and their swarms stand, for simulated runs.",
    discussion: """
      Reaches the hosts as a run would, and only reads: engines, nodes, labels, services, networks, the names of secrets \
      and configurations, the stack's compose files. What it writes is a world file for `runbook run --simulate FILE` and \
      for `runbook test`, to be kept and edited. No token, key or certificate is in it.
      """)

  @Option(
    name: [.short, .long], help: "The inventory: a YAML file that names the hosts.", completion: Completion.inventory)
  var inventory: String

  @Option(
    name: [.short, .long], help: "Write this file (default: standard output).",
    completion: .file(extensions: ["yaml", "yml"]))
  var output: String?

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await CommandFailure.reported(options) {
      // Told before the hosts are asked, and made sure of when it is written.
      if let output, FileManager.default.fileExists(atPath: output) { throw Self.exists(output) }
      let hosts = try Inventory.load(path: inventory)
      let text = try await WorldSnapshot(options: options).text(of: hosts, named: inventory)
      guard let output else {
        FileHandle.standardOutput.write(Data(text.utf8))
        return .success
      }
      guard try OutputFile(output).create(text) else { throw Self.exists(output) }
      let screen = Screen(options)
      if options.json {
        screen.print([try JSON.encode(["file": .string(output)], secrets: .hidden)])
      } else {
        let count = hosts.hosts.count
        screen.print([
          "Written: \(output) (\(count) \(count == 1 ? "host" : "hosts"))",
          "To rehearse on it: runbook run RUNBOOK -i \(inventory) --simulate \(output)",
        ])
      }
      return .success
    }
  }

  private static func exists(_ path: String) -> Failure {
    Failure(
      "snapshot.exists", "there is a file \(path) already; it was left as it is", hint: "name another with --output")
  }
}
