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
          manager: try await manager(arguments), names: hosts,
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
        let networks = StackNetworks(manager: try await manager(arguments))
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
        let search = StackLeftovers(manager: try await manager(arguments))
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
