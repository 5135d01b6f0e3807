import Concurrency
import DockerEngine
import Engine
import Values

extension StackModule {
  var problems: Primitive {
    Primitive(
      "problems",
      """
      Why services have fewer running tasks than they should: the scheduler's and the engines' own words, each \
      explained by the state of the swarm (labels and constraints node by node, who holds a port, what is reserved) \
      and by the last lines of an ended task's log. A service that runs has no entry.
      """,
      parameters: [
        .manager,
        .options(
          .optional("stack", .string, "The stack; by default all services of the swarm."),
          .optional("log_lines", .integer, default: 10, "How many of the last lines of an ended task are read.")
            .bounded(.within(0, 10_000))),
      ],
      returns: ReturnType(
        "{ service: string, task: string, node?: string, host?: string, state: string, code: string, message: string, "
          + "cause: string, reasons: string[], log: string[], hint: string, lasting: boolean }[]",
        "One entry per service and text, the newest first. `cause` is in the engine's words; `lasting`: it stays so "
          + "until someone changes something."),
      effect: .reads,
      commands: { arguments in
        let words =
          arguments.options.optionalString("stack").map { ["docker", "stack", "ps", "--no-trunc", $0] }
          ?? ["docker", "service", "ls"]
        return [fleet.typed(words, on: arguments.host("manager"))]
      },
      perform: { arguments, _ in
        let hosts = try await fleet.answeringHostsByNodeID()
        let inquiry = TaskInquiry(
          managers: try answeringManagers(arguments), names: hosts,
          logLines: Int(arguments.options.integer("log_lines")))
        let findings = try await inquiry.findings(stack: arguments.options.optionalString("stack"))
        return .array(findings.map { StackValue.finding($0, hosts: hosts) })
      })
  }

  var networks: Primitive {
    Primitive(
      "networks", "The networks of a stack, and what is attached to each on any node.",
      parameters: [.manager, .stackName],
      returns: ReturnType(
        "{ id: string, name: string, driver: string, attached: string[] }[]",
        "The networks by name; `attached` are sentences for a person: task or container, and its address."),
      effect: .reads,
      commands: { arguments in
        let filter = "label=\(StackLabel.namespace)=\(arguments.string("name"))"
        return [fleet.typed(["docker", "network", "ls", "--filter", filter], on: arguments.host("manager"))]
      },
      perform: { arguments, _ in
        let networks = StackNetworks(managers: try answeringManagers(arguments))
        return .array(
          try await networks.networks(ofStack: arguments.string("name")).map { found in
            [
              "id": .string(found.network.id), "name": .string(found.network.name),
              "driver": .string(found.network.driver), "attached": .strings(found.attached),
            ]
          })
      })
  }

  var leftovers: Primitive {
    Primitive(
      "leftovers",
      "What stacks left behind in a swarm: networks, secrets and configs of stacks that have no services any more.",
      parameters: [
        .manager, .options(.optional("stack", .string, "The stack; by default all of them.")),
      ],
      returns: ReturnType(
        "{ kind: \"network\"|\"secret\"|\"config\", id: string, name: string, stack: string, attached: string[] }[]",
        "What is left; `attached` says what holds a network."),
      effect: .reads,
      commands: { arguments in
        let value = arguments.options.optionalString("stack").map { "=\($0)" } ?? ""
        return ["network", "secret", "config"].map { kind in
          fleet.typed(
            ["docker", kind, "ls", "--filter", "label=\(StackLabel.namespace)\(value)"], on: arguments.host("manager"))
        }
      },
      perform: { arguments, _ in
        let search = StackLeftovers(managers: try answeringManagers(arguments))
        return .array(
          try await search.find(stack: arguments.options.optionalString("stack")).map { part in
            [
              "kind": .string(part.kind), "id": .string(part.id), "name": .string(part.name),
              "stack": .string(part.stack), "attached": .strings(part.attached),
            ]
          })
      })
  }
}

extension StackModule {
  var waitService: Primitive {
    Primitive(
      "wait_service",
      """
      Waits until one service runs on certain hosts, and has ended on others, after labels were changed. Fails with the
      code `service.not_scheduled` when the swarm does not start it there by itself (moby#31014); then use
      `stack.restart`.
      """,
      parameters: [
        .manager, Parameter("service", .string, "The service's name, with the stack's before it."),
        .options(
          .optional("on", .hosts, "The hosts on each of which it must run."),
          .optional("off", .hosts, "The hosts on which none of its tasks may run; their own engines are asked."),
          .optional(
            "settled", .boolean, default: true, "Whether all its tasks must run, too, on any hosts."),
          .timeout(300)),
      ],
      returns: ReturnType("{ name: string, running: integer, desired: integer }", "How many tasks run."),
      effect: .reads,
      commands: { [fleet.typed(["docker", "service", "ps", $0.string("service")], on: $0.host("manager"))] },
      perform: { arguments, context in
        let options = arguments.options, manager = arguments.host("manager")
        let arrival = ServicePlacementWait(
          managers: try fleet.managers(arguments.hosts("manager")),
          limit: options.duration("timeout") ?? .seconds(300),
          names: { (try? await fleet.answeringHostsByNodeID()) ?? [:] })
        async let off = engines(options.hosts("off"))
        let on = Set(try await engines(options.hosts("on")).keys)
        let progress = try await arrival.wait(
          service: arguments.string("service"), on: on, off: off,
          isSettled: options.flag("settled")
        ) { context.output("waiting for \($0)", manager) }
        return [
          "name": .string(progress.name), "running": .integer(Int64(progress.running)),
          "desired": .integer(Int64(progress.wanted)),
        ]
      })
  }

  /// The engines of hosts by the nodes that they are; fails for one that is in no swarm.
  private func engines(_ hosts: [String]) async throws -> [String: EngineClient] {
    let engines = try Set(hosts).map(fleet.engine)
    let nodes = try await mapConcurrently(engines) { (try await NodeLookup.nodeID(of: $0), $0) }
    return Dictionary(nodes, uniquingKeysWith: { $1 })
  }
}
