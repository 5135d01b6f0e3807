import ArgumentParser
import Inventory
import Journal
import Simulation
import Values

/// Whether a simulated world takes the place of the hosts.
struct SimulationOptions: ParsableArguments {
  @Option(
    defaultAsFlag: "",
    help: ArgumentHelp(
      "Run in a simulated world instead of on the hosts: each a standalone appliance, or as a world file says, or as "
        + "an earlier simulated run has left it. No real host is touched.", valueName: "WORLD.yaml|run"),
    completion: .file(extensions: ["yaml", "yml"]))
  var simulate: String?

  @Option(
    help: ArgumentHelp(
      "The seed of the simulated world; faults then occur at random, unless the world file names some. The same seed "
        + "gives the same faults.", valueName: "number"))
  var simulateSeed: UInt64?

  @Flag(help: "With --simulate: each host of the inventory begins as a standalone appliance (default without a world).")
  var fromInventory = false

  @Option(
    help: ArgumentHelp(
      "With --simulate: the world begins with the state of this inventory's real hosts. They are only read; `runbook "
        + "snapshot` writes the same to a file.", valueName: "inventory"),
    completion: Completion.inventory)
  var snapshotFrom: String?

  func validate() throws {
    let own = [
      ("--simulate-seed", simulateSeed != nil), ("--from-inventory", fromInventory),
      ("--snapshot-from", snapshotFrom != nil),
    ]
    if simulate == nil, let first = own.first(where: \.1) { throw ValidationError("\(first.0) needs --simulate") }
    if fromInventory, snapshotFrom != nil {
      throw ValidationError("--from-inventory and --snapshot-from exclude each other")
    }
    if simulate?.isEmpty == false, let first = own.dropFirst().first(where: \.1) {
      throw ValidationError("\(first.0) says how the world begins, and so does --simulate \(simulate ?? "")")
    }
  }

  /// The world; `nil` when the run is a real one.
  func world(for inventory: Inventory?, _ options: GlobalOptions) async throws -> KeptWorld? {
    guard let simulate else { return nil }
    guard let inventory else {
      throw Failure(
        "simulation.no_inventory", "a simulated world needs the hosts of an inventory, and none is given",
        hint: "name one with --inventory FILE")
    }
    if let snapshotFrom {
      let hosts = try Inventory.load(path: snapshotFrom)
      try Self.check(hosts, snapshotFrom, against: inventory)
      let text = try await WorldSnapshot(options: options).text(of: hosts, named: snapshotFrom)
      return try KeptWorld(inventory: inventory, text: text, file: "the snapshot", seed: simulateSeed)
    }
    if simulate.isEmpty { return try KeptWorld(inventory: inventory, file: nil, seed: simulateSeed) }
    let folder = StateFolder(option: options.state)
    let isFile = simulate.contains(".") || simulate.contains("/")
    if !isFile, let store = try await JournalAccess.forReading(options), let run = try await store.run(simulate) {
      guard let world = try KeptWorld(of: RunID(validating: run.id), in: folder.path, inventory: inventory) else {
        throw Failure("simulation.not_simulated", "the run \(run.id) was not simulated")
      }
      return world
    }
    return try KeptWorld(inventory: inventory, file: simulate, seed: simulateSeed)
  }

  /// The world has the run's hosts, so all that were read must be among them.
  private static func check(_ read: Inventory, _ file: String, against inventory: Inventory) throws {
    let strange = read.hosts.map(\.name).filter { inventory.host(named: $0) == nil }
    guard let first = strange.first else { return }
    throw Failure(
      "simulation.other_hosts", "\(first) of \(file) is not a host of the run's inventory",
      hint: Suggestion.hint(for: first, among: inventory.hosts.map(\.name)))
  }
}
