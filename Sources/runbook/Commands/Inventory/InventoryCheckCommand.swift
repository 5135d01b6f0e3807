import ArgumentParser
import Foundation
import HostModules
import Inventory
import Presentation
import Survey
import Values

/// `runbook inventory check`
struct InventoryCheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Report every mistake in an inventory, each with its line.",
    discussion: """
      Contacts nothing, unless --hosts is given: then it also connects to each host, and only reads. Exit code 2 means \
      that the inventory has a problem, 1 that a host has one.
      """)

  @Argument(help: "The inventory.", completion: Completion.inventory)
  var file = "inventory.yaml"

  @Flag(help: "Also connect to the hosts, and check whether they are ready for a run.")
  var hosts = false

  @OptionGroup var options: GlobalOptions

  func run() async throws {
    try await CommandFailure.reported(options) {
      let inventory = try Inventory.load(path: file)
      let screen = Screen(options)
      guard hosts else {
        screen.print([try said(of: inventory)])
        return .success
      }
      let fleet = Fleet(inventory: inventory)
      let view = CheckupView(await HostSurvey(fleet).look())
      await fleet.close()
      screen.print(
        options.json
          ? [view.json()]
          : [try said(of: inventory), ""] + view.render(columns: screen.columns, style: screen.style))
      return view.hasFailure ? ExitStatus.failed : .success
    }
  }

  private func said(of inventory: Inventory) throws -> String {
    if options.json {
      let document: Value = [
        "file": .string(file), "valid": true, "hosts": .array(inventory.hosts.map { .string($0.name) }),
      ]
      return try JSON.encode(document, secrets: .hidden)
    }
    func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }
    let stack = inventory.stack.map { ", stack \($0.name)" } ?? ", no stack"
    return "\(file) is valid: \(counted(inventory.managers.count, "manager")), "
      + "\(counted(inventory.workers.count, "worker"))\(stack)."
  }
}
