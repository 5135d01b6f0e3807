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
      "Run in a simulated world in place of the hosts: each a standalone appliance, or as a world file says, or as an "
        + "earlier simulated run has left it. Nothing outside is touched.", valueName: "WORLD.yaml|run"),
    completion: .file(extensions: ["yaml", "yml"]))
  var simulate: String?

  @Option(
    help: ArgumentHelp(
      "The seed of the simulated world; faults come by chance then, unless the world file names some. The same seed gives "
        + "the same faults.", valueName: "number"))
  var simulateSeed: UInt64?

  func validate() throws {
    if simulateSeed != nil, simulate == nil { throw ValidationError("--simulate-seed goes with --simulate") }
  }

  /// The world; `nil` when the run is to be a real one.
  func world(for inventory: Inventory?, _ options: GlobalOptions) async throws -> KeptWorld? {
    guard let simulate else { return nil }
    guard let inventory else {
      throw Failure(
        "simulation.no_inventory", "a simulated world has the hosts of an inventory, and none is given",
        hint: "give one with --inventory FILE")
    }
    if simulate.isEmpty { return try KeptWorld(inventory: inventory, file: nil, seed: simulateSeed) }
    let folder = StateFolder(option: options.state)
    let isFile = simulate.contains(".") || simulate.contains("/")
    if !isFile, let store = try await JournalAccess.forReading(options), let run = try await store.run(simulate) {
      guard let world = try KeptWorld(of: run.id, in: folder.path, inventory: inventory) else {
        throw Failure("simulation.not_simulated", "the run \(run.id) was no simulated one")
      }
      return world
    }
    return try KeptWorld(inventory: inventory, file: simulate, seed: simulateSeed)
  }
}
