import LuaVM
import Values

/// What a runbook needs of the inventory, as `inventory = { … }` in its table says, so that an unfit inventory is
/// refused before any host is contacted.
struct InventoryNeeds: Sendable {
  /// Whether it works on a stack.
  var stack = true
  /// Whether more than one host may have the role manager.
  var allowsSeveralManagers = false

  /// What `inventory` may hold.
  static let members: [Parameter] = [
    .optional("stack", .boolean, "Whether the inventory must describe a stack; true if left out."),
    .optional(
      "managers", .oneOf(["one", "several"]), "How many hosts may have the role manager; one if left out."),
  ]

  /// Reads `inventory` from a snapshot of the table.
  static func read(_ table: LuaValue) throws -> InventoryNeeds {
    let checker = ArgumentCheck(function: "runbook", conversion: Conversion(hosts: HostDirectory(hosts: [])))
    let given = try checker.check([table], against: [Parameter("inventory", .record(members), "what it needs")])
      .arguments.record("inventory")
    return InventoryNeeds(
      stack: given["stack"]?.boolValue ?? true, allowsSeveralManagers: given.optionalString("managers") == "several")
  }

  /// Refuses an inventory that lacks something. Without any inventory there is nothing to check: the runbook then has
  /// no hosts to work on.
  func check(_ hosts: HostDirectory, runbook: String, location: SourceLocation?) throws {
    guard !hosts.hosts.isEmpty else { return }
    if stack && hosts.stack == nil {
      throw Failure(
        .inventoryUnfit, "\(runbook) works on a stack, but the inventory describes none", location: location,
        hint: "add 'stack' with its name and directory to the inventory")
    }
    let managers = hosts.hosts.filter { $0.role == "manager" }.map(\.name)
    if managers.count > 1 && !allowsSeveralManagers {
      throw Failure(
        .inventoryUnfit,
        "\(runbook) needs one manager, but \(managers.count) hosts are managers (\(managers.joined(separator: ", ")))",
        location: location, hint: "use an inventory in which one host has the role manager")
    }
  }
}
