import DockerEngine
import Engine
import Values

extension StackModule {
  var remove: Primitive {
    Primitive(
      "remove",
      """
      Removes a stack, and waits until its tasks, then its networks, are really gone. A missing stack is not an
      error.
      """,
      parameters: [
        .manager, .stackName,
        .options(
          .optional("timeout", .duration, default: 180, "How long its tasks may take to end."),
          .optional("network_timeout", .duration, default: 60, "How long its networks may take to end after that.")),
      ],
      returns: ReturnType(
        "{ services: string[], networks: string[], secrets: string[], configs: string[] }",
        "The names of what was removed."),
      effect: .changes(.idempotent),
      commands: { [fleet.typed(["docker", "stack", "rm", $0.string("name")], on: $0.host("manager"))] },
      perform: { arguments, context in
        let options = arguments.options
        let removal = StackRemoval(
          manager: try await manager(arguments),
          taskLimit: options.duration("timeout") ?? .seconds(180),
          networkLimit: options.duration("network_timeout") ?? .seconds(60))
        let removed = context.result(of: try await removal.remove(arguments.string("name")))
        return [
          "services": .strings(removed.services), "networks": .strings(removed.networks),
          "secrets": .strings(removed.secrets), "configs": .strings(removed.configs),
        ]
      })
  }

  var wait: Primitive {
    Primitive(
      "wait",
      """
      Waits until every service of a stack has all its tasks running, with their health checks passed. Fails with the
      scheduler's own reason where a service can't.
      """,
      parameters: [.manager, .stackName, .options(.timeout(300))],
      returns: ReturnType("{ name: string, running: integer, desired: integer }[]", "The services by name."),
      effect: .reads,
      commands: { [fleet.typed(["docker", "stack", "services", $0.string("name")], on: $0.host("manager"))] },
      perform: { arguments, context in
        let services = try await convergence(arguments).wait(
          stack: arguments.string("name"), progress: progress(context, arguments.host("manager")))
        return .array(services.map(StackValue.progress))
      })
  }
}
