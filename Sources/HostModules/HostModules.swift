import Engine

/// The modules that runbooks see as globals, bound to the hosts of one inventory.
public enum HostModules {
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
