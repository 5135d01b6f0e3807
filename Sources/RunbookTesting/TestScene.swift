import Engine
import Foundation
import HostModules
import Inventory
import Journal
import Simulation
import Synchronization
import Values

/// A simulated world with its own journal, and the run in it that a test is about.
final class TestScene: Sendable {
  let simulated: SimulatedWorld
  let inventory: Inventory
  let inventoryText: String
  let fleet: Fleet
  /// The host modules on this world.
  let modules: [HostModule]
  private let primitives: [String: Primitive]
  let hosts: HostDirectory
  let store = InMemoryJournalStore()
  let clock: WorldClock
  private let run = Mutex<(record: RunRecord, source: RunSource)?>(nil)
  private let processes = Mutex<Int32>(0)

  init(_ plan: WorldPlan, inventoryText: String) throws {
    let simulated = try SimulatedWorld(plan)
    self.simulated = simulated
    clock = WorldClock { simulated }
    inventory = plan.inventory
    self.inventoryText = inventoryText
    fleet = Fleet(inventory: plan.inventory, ways: simulated.ways)
    modules = HostModules.all(fleet: fleet)
    primitives = Dictionary(
      uniqueKeysWithValues: modules.flatMap { module in module.primitives.map { ("\(module.name).\($0.name)", $0) } })
    hosts = HostDirectory(plan.inventory)
  }

  /// The primitive of that name, for example `swarm.join`: it is there for every world.
  func primitive(_ name: String) -> Primitive {
    guard let primitive = primitives[name] else { preconditionFailure("\(name) is not there for every world") }
    return primitive
  }

  /// The names of the primitives that change something.
  var changing: Set<String> {
    Set(primitives.filter { if case .changes = $0.value.effect { true } else { false } }.keys)
  }

  /// The number of the next process that executes a run here.
  func nextProcess() -> Int32 {
    processes.withLock { number in
      number += 1
      return number
    }
  }

  /// The run that was begun last.
  func latest() throws -> (record: RunRecord, source: RunSource) {
    guard let run = run.withLock({ $0 }) else {
      throw Failure(.argument, "nothing was run yet in this world", hint: "begin with simulation.run(\"…\")")
    }
    return run
  }

  func began(_ record: RunRecord, _ source: RunSource) { run.withLock { $0 = (record, source) } }
}
