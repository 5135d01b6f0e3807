import Engine
import Foundation
import HostModules
import Inventory
import Manual
import TestSupport
import Testing

/// What is written from the program's own descriptions: docs/reference.md, a table of docs/guarantees.md.
@Suite("Reference", .usualTimeLimit)
struct ReferenceTests {
  private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  private static let mend = "is outdated: RUNBOOK_WRITE_REFERENCE=1 swift test --filter ReferenceTests"
  private static let isWriting = ProcessInfo.processInfo.environment["RUNBOOK_WRITE_REFERENCE"] != nil

  private static func modules() throws -> [HostModule] {
    let inventory = try Inventory.parse(
      text: "hosts: { da1: { address: 10.77.0.1, role: manager, services: [] } }", file: "inventory.yaml")
    return HostModules.all(fleet: Fleet(inventory: inventory))
  }

  @Test("docs/reference.md is what commands, built-ins and host modules say of themselves")
  func reference() async throws {
    let program = try Program()
    defer { program.remove() }
    let help = try await program.help()
    let text = """
      <!-- Written from the program's own descriptions; see CONTRIBUTING.md. -->
      # Reference

      The commands, the inventory, the functions that every runbook has, and the host modules. [The author's guide](author.md) shows how
      they go together, [the operator's guide](operator.md) how the commands do.

      \(CommandReference.write(help))

      \(InventoryReference.write())

      \(BuiltinReference.write())

      \(ModuleReference.write(try Self.modules()))

      """
    try Self.expect("docs/reference.md", isNow: { _ in text })
  }

  @Test("the table of docs/guarantees.md says of every primitive what repeating it does")
  func effects() throws {
    let table = ModuleReference.effects(try Self.modules())
    try Self.expect("docs/guarantees.md") { text in
      let (begin, end) = ("<!-- effects: written by ReferenceTests -->\n", "\n<!-- end -->")
      guard let from = text.range(of: begin), let to = text.range(of: end) else { return "" }
      return text.replacingCharacters(in: from.upperBound..<to.lowerBound, with: table)
    }
  }

  /// Expects a file to be what it should be, or writes it when that is asked for.
  private static func expect(_ name: String, isNow wanted: (String) -> String) throws {
    let file = repository.appending(path: name)
    let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    let current = wanted(text)
    if isWriting { try Data(current.utf8).write(to: file) }
    let isCurrent = isWriting || text == current
    #expect(isCurrent, "\(name) \(mend)")
  }
}

extension Program {
  /// What the program says of its commands.
  func help() async throws -> CommandHelp {
    try CommandHelp(dump: Data(try await run("--experimental-dump-help").output.utf8))
  }
}
