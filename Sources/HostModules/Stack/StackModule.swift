import Engine

/// `stack`: what `docker stack` does, and waiting until it is really done.
struct StackModule: Sendable {
  let world: World

  var module: HostModule {
    HostModule(
      "stack", "Stacks: deploy and remove them, wait until that is done, see where their services run.",
      [deploy, remove, wait, waitReachable, services, tasks, checkPlacement])
  }
}
