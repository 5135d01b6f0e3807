import Engine
import Inventory

/// The modules that runbooks see as globals, bound to the hosts of one inventory.
public enum HostModules {
  /// All modules for who reads their descriptions only: they are bound to no host of anybody.
  public static func described() throws -> [HostModule] {
    let nobody = "hosts: { nobody: { connection: local, role: manager, services: [] } }"
    return all(world: World(inventory: try Inventory.parse(text: nobody, file: "")))
  }

  /// All modules, in the order of the reference.
  public static func all(world: World) -> [HostModule] {
    [
      SwarmModule(world: world).module,
      NodeModule(world: world).module,
      LabelModule(world: world).module,
      StackModule(world: world).module,
      DockerModule(world: world).module,
      ImageModule(world: world).module,
      SSHModule(world: world).module,
      FileModule(world: world).module,
      PKIModule(world: world).module,
    ]
  }
}
