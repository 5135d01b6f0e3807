import Engine
import Inventory

/// The modules that runbooks see as globals, bound to the hosts of one inventory.
package enum HostModules {
  /// All modules, only to read their descriptions: they are bound to no real host.
  package static func described() throws -> [HostModule] {
    let example = "hosts: { example: { connection: local, role: manager, services: [] } }"
    return all(fleet: Fleet(inventory: try Inventory.parse(text: example, file: "")))
  }

  /// All modules, in the order of the reference.
  package static func all(fleet: Fleet) -> [HostModule] {
    [
      SwarmModule(fleet: fleet).module,
      NodeModule(fleet: fleet).module,
      LabelModule(fleet: fleet).module,
      StackModule(fleet: fleet).module,
      DockerModule(fleet: fleet).module,
      ImageModule(fleet: fleet).module,
      SSHModule(fleet: fleet).module,
      FileModule(fleet: fleet).module,
      PKIModule(fleet: fleet).module,
    ]
  }
}
