import Engine
import Foundation
import HostModules
import Inventory
import Journal
import LuaVM
import Simulation
import Synchronization
import Values

/// What one case of a test acts on: the simulated world that it has made last, and the runs in it.
final class TestStage: Sendable {
  /// The folder at which relative paths begin: that of the test's file.
  let folder: String
  /// Finds a runbook by its name: an absolute path.
  let findRunbook: @Sendable (String) throws -> String
  let modulePath: ModulePath
  /// The folder that files are named relative to.
  let shownFrom: String
  let coverage: LineCoverage?
  /// For files on this machine.
  let folderHere = FolderHere()
  private let scene = Mutex<TestScene?>(nil)

  init(setting: TestSetting, folder: String) {
    self.folder = folder
    findRunbook = { try setting.findRunbook($0, folder) }
    modulePath = setting.modulePath
    shownFrom = setting.folder
    coverage = setting.coverage
  }

  /// The world that was made last.
  func current() throws -> TestScene {
    guard let scene = scene.withLock({ $0 }) else {
      throw Failure(
        .argument, "there is no world yet", hint: "make one first: simulation.world { inventory = \"inventory.yaml\" }")
    }
    return scene
  }

  /// The time of that world.
  var clock: WorldClock { WorldClock { self.scene.withLock { $0?.simulated } } }

  /// The hosts of that world.
  var hosts: HostDirectory { scene.withLock { $0?.hosts } ?? HostDirectory(hosts: []) }

  /// Replaces the world by a new one.
  func show(_ new: TestScene) async {
    let old = scene.withLock { scene in
      defer { scene = new }
      return scene
    }
    await old?.fleet.close()
  }

  /// Ends the connections, and removes the test's files.
  func close() async {
    await scene.withLock { $0.take() }?.fleet.close()
    folderHere.remove()
  }
}

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
    fleet = Fleet(inventory: plan.inventory, access: simulated.access)
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

/// The host modules, on the world that a test has made last.
struct StagedModules {
  let stage: TestStage

  /// The modules as runbooks have them.
  func all() throws -> [HostModule] {
    // Their descriptions are the same for every world.
    let inventory = try Inventory.parse(text: "hosts: { any: { connection: local, role: manager } }", file: "none")
    return HostModules.all(fleet: Fleet(inventory: inventory)).map { module in
      module.mapping { name, primitive in
        var primitive = primitive
        primitive.commands = { _ in [] }
        primitive.perform = { [stage] arguments, context in
          try await stage.current().primitive(name).perform(arguments, context)
        }
        return primitive
      }
    }
  }
}

/// How tests are executed.
package struct TestSetting: Sendable {
  /// Finds a runbook by the name that a test in that folder gives it: an absolute path.
  package var findRunbook: @Sendable (_ name: String, _ folder: String) throws -> String
  /// Where `require` looks, after the test's own folder.
  package var modulePath: ModulePath
  /// Files below this folder are named relative to it.
  package var folder: String
  /// Only cases whose name, or file, has this in it; all if left out.
  package var filter: String?
  /// How many seconds one case may take.
  package var timeLimit: Double
  /// Gets the lines of Lua that were executed, by runs and by the tests themselves; `nil` if they are not recorded.
  package var coverage: LineCoverage?

  package init(
    modulePath: ModulePath, folder: String, filter: String? = nil, timeLimit: Double = 300,
    findRunbook: @escaping @Sendable (_ name: String, _ folder: String) throws -> String
  ) {
    self.findRunbook = findRunbook
    self.modulePath = modulePath
    self.folder = folder
    self.filter = filter
    self.timeLimit = timeLimit
  }
}
