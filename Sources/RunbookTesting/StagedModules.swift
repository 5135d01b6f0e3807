import Engine
import HostModules
import Inventory

/// The host modules, on whichever world a test has made last.
struct StagedModules {
  let stage: TestStage

  /// The modules as runbooks have them.
  func all() throws -> [HostModule] {
    // Their descriptions are the same for every world.
    let inventory = try Inventory.parse(text: "hosts: { any: { connection: local, role: manager } }", file: "none")
    return HostModules.all(world: World(inventory: inventory)).map { module in
      var module = module
      module.primitives = module.primitives.map { staged($0, of: module.name) }
      return module
    }
  }

  private func staged(_ primitive: Primitive, of module: String) -> Primitive {
    var primitive = primitive
    let name = primitive.name, stage = stage
    primitive.commands = { _ in [] }
    primitive.perform = { arguments, context in
      let modules = HostModules.all(world: try stage.current().world)
      let match = modules.first { $0.name == module }?.primitives.first { $0.name == name }
      guard let match else { preconditionFailure("\(module).\(name) is not there for every world") }
      return try await match.perform(arguments, context)
    }
    return primitive
  }
}
