import ArgumentParser
import Foundation
import HostModules
import Inventory
import Presentation
import Simulation
import Values

/// `runbook snapshot`
struct SnapshotCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "snapshot", abstract: "Save the state of the hosts and their swarms, for simulated runs.",
    discussion: """
      Connects to the hosts as a run would, and only reads: engines, nodes, labels, services, networks, the names of \
      secrets and configurations, the stack's compose files. It writes a world file for `runbook run --simulate FILE` \
      and for `runbook test`, which you can keep and edit. The file holds no token, key or certificate.
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
      // Reported before the hosts are contacted, and checked again when the file is written.
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
          "For a simulated run on it: runbook run RUNBOOK -i \(inventory) --simulate \(output)",
        ])
      }
      return .success
    }
  }

  private static func exists(_ path: String) -> Failure {
    Failure(
      "snapshot.exists", "the file \(path) exists already and was not changed", hint: "name another with --output")
  }
}

/// Takes a snapshot of the real hosts for a command, and reports what the operator must know about it.
struct WorldSnapshot {
  let options: GlobalOptions

  /// Reads the hosts of an inventory, and gives the world file.
  func text(of inventory: Inventory, named file: String) async throws -> String {
    let fleet = Fleet(inventory: inventory)
    let finding: WorldSurvey.Finding
    do {
      finding = try await WorldSurvey(fleet).look()
    } catch {
      await fleet.close()
      throw error
    }
    await fleet.close()
    if !options.json {
      let screen = Screen(options, descriptor: STDERR_FILENO)
      let lines = finding.remarks.flatMap { PlainText.wrapped("snapshot: \($0)", to: screen.columns ?? 100) }
      FileHandle.standardError.write(Data(lines.map { $0 + "\n" }.joined().utf8))
    }
    let comments =
      [
        "The hosts of \(file) and their swarms at \(Date().ISO8601Format()), for: runbook run --simulate.",
        "No token, key or certificate is in it: the simulated swarms make their own. The environment of services is",
        "left out too. The compose files are as they are on the hosts: check them for passwords.",
      ] + finding.remarks
    return finding.plan.text(comments: comments)
  }
}
