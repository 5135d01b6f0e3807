import Engine
import HostModules
import Inventory

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
