import Conformance
import DockerEngine
import HostModules
import Inventory
import Simulation

/// Modelled engines.
struct ModelSite: EngineSite {
  let simulated: SimulatedWorld
  let fleet: Fleet

  /// Hosts in no swarm, or as `change` makes them.
  init(_ change: (inout WorldPlan) -> Void = { $0.start = .none }) throws {
    let inventory = try Inventory.parse(text: Self.inventory, file: "inventory.yaml")
    var plan = WorldPlan(inventory: inventory)
    change(&plan)
    simulated = try SimulatedWorld(plan)
    fleet = Fleet(inventory: inventory, access: simulated.access)
  }

  static let inventory = """
    stack: { name: da, directory: /opt/da, files: [docker-compose.yml, network.yml, versiontag.yml] }
    hosts:
      da1: { address: 10.77.0.1, role: manager, services: [admin, distribution, postgres] }
      da2: { address: 10.77.0.2, role: worker, services: [accesspoint] }
      da3: { address: 10.77.0.3, role: worker, services: [policy, authentication] }
    """

  func engine(_ host: String) -> EngineClient {
    do { return try fleet.engine(host) } catch { fatalError("\(error)") }
  }

  func address(_ host: String) -> String { "10.77.0.\(host.dropFirst(2))" }

  func setEngine(of host: String, isRunning: Bool) async throws {
    try simulated.setEngine(of: host, isRunning: isRunning)
  }
}
