import DockerEngine
import Engine

/// `stack`: what `docker stack` does, and waiting until that is really done.
struct StackModule: Sendable {
  let fleet: Fleet

  var module: HostModule {
    HostModule(
      "stack",
      """
      Stacks and their services: deploy and remove them, wait until that is done, see where they run, why they don't,
      and what they write.
      """,
      [
        list, deploy, remove, wait, waitService, waitReachable, services, tasks, problems, logs, restart, updateImage,
        scale, networks, leftovers, described, checkPlacement,
      ])
  }

  /// The managers to ask: the one that is named, or several.
  func managers(_ arguments: Arguments) throws -> Managers { try fleet.managers(arguments.hosts("manager")) }

  /// The manager to ask: the one that is named, or of several the first that answers for the swarm.
  func manager(_ arguments: Arguments) async throws -> EngineClient {
    let hosts = arguments.hosts("manager")
    return hosts.count > 1
      ? try await fleet.managers(hosts).answering() : try fleet.engine(arguments.host("manager"))
  }
}
