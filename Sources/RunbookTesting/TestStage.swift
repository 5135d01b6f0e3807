import Engine
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
