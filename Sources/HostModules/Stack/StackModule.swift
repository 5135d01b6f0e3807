import DockerEngine
import Engine
import Values

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

  /// The same for what is to be known at once: one manager that is named alone is not waited for until it has a leader.
  func answeringManagers(_ arguments: Arguments) throws -> Managers {
    let managers = try managers(arguments)
    return arguments.hosts("manager").count > 1 ? managers : managers.waiting(atMost: .zero)
  }

  /// The manager to ask: the one that is named, or of several the first that answers for the swarm.
  func manager(_ arguments: Arguments) async throws -> EngineClient {
    let hosts = arguments.hosts("manager")
    return hosts.count > 1
      ? try await fleet.managers(hosts).answering() : try fleet.engine(arguments.host("manager"))
  }
}

extension StackModule {
  var list: Primitive {
    Primitive(
      "list", "The names of the stacks that are deployed in a manager's swarm.",
      parameters: [.manager],
      returns: ReturnType("string[]", "The names, in alphabetical order."),
      effect: .reads,
      commands: { [fleet.typed(["docker", "stack", "ls"], on: $0.host("manager"))] },
      perform: { arguments, _ in
        let services = try await manager(arguments).services(.label(StackLabel.namespace))
        return .strings(Set(services.compactMap(\.stack)).sorted())
      })
  }

  var services: Primitive {
    Primitive(
      "services", "The services of a deployed stack; none when it is not deployed.",
      parameters: [.manager, .stackName],
      returns: ReturnType(
        "{ name: string, image: string, mode: string, desired: integer, running: integer, constraints: string[], "
          + "ports: { protocol: string, target: integer, published: integer, mode: string }[] }[]",
        "The services by name. For a global service, `desired` counts the nodes that it may run on."),
      effect: .reads,
      commands: { [fleet.typed(["docker", "stack", "services", $0.string("name")], on: $0.host("manager"))] },
      perform: { arguments, _ in
        let engine = try await manager(arguments)
        let filter = Filters.stack(arguments.string("name"))
        async let tasks = engine.tasks(filter)
        let services = try await engine.services(filter)
        return .array(try await StackValue.services(services, tasks: tasks))
      })
  }

  var tasks: Primitive {
    Primitive(
      "tasks", "The tasks of a deployed stack that should run, with the host that each is on.",
      parameters: [.manager, .stackName],
      returns: ReturnType(
        "{ service: string, node: string, host?: string, slot: integer, state: string, error: string }[]",
        "The tasks by service and slot. `node` is a node ID, empty while none is chosen. `host` is missing where that "
          + "host does not answer."),
      effect: .reads,
      commands: { [fleet.typed(["docker", "stack", "ps", $0.string("name")], on: $0.host("manager"))] },
      perform: { arguments, _ in
        let engine = try await manager(arguments)
        let filter = Filters.stack(arguments.string("name"))
        async let hosts = fleet.answeringHostsByNodeID()
        async let services = engine.services(filter)
        let tasks = try await engine.tasks(filter)
        return .array(try await StackValue.tasks(tasks, services: services, hosts: hosts))
      })
  }
}
