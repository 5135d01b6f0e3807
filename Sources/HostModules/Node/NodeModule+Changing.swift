import DockerEngine
import Engine
import Values

extension NodeModule {
  var remove: Primitive {
    Primitive(
      "remove",
      """
      Waits until a node is down, then removes its entry. A missing node is not an error. Demote a manager first.
      """,
      parameters: [
        .manager, Parameter("id", .string, "The node ID."),
        .options(
          .optional("force", .boolean, default: false, "Whether to remove a node that is not down, too, at once."),
          .timeout(60)),
      ],
      effect: .changes(.idempotent),
      commands: { arguments in
        let force = arguments.options.flag("force") ? ["--force"] : []
        return [
          fleet.typed(["docker", "node", "rm"] + force + [arguments.string("id")], on: arguments.host("manager"))
        ]
      },
      perform: { arguments, context in
        let removal = NodeRemoval(
          managers: try fleet.managers(arguments.hosts("manager")),
          limit: arguments.options.duration("timeout") ?? .seconds(60))
        _ = context.result(
          of: try await removal.remove(arguments.string("id"), force: arguments.options.flag("force")))
        return .null
      })
  }

  var removeStale: Primitive {
    Primitive(
      "remove_stale",
      """
      Removes those of the given nodes that are down and that no host of the inventory reports as its own any more: the
      entries of hosts that left and joined again. Only given IDs are removed, because other nodes may only be switched
      off.
      """,
      parameters: [.manager, Parameter("ids", .list(.string), "Recorded node IDs; empty ones are skipped.")],
      returns: ReturnType("string[]", "The IDs that were removed."),
      effect: .changes(.idempotent),
      commands: { arguments in
        arguments.strings("ids").filter { !$0.isEmpty }.map {
          fleet.typed(["docker", "node", "rm", $0], on: arguments.host("manager"))
        }
      },
      perform: { arguments, context in
        let managers = try fleet.managers(arguments.hosts("manager"))
        let recorded = Set(arguments.strings("ids"))
        let candidates = try await managers.read { try await $0.nodes() }.filter {
          recorded.contains($0.id) && $0.state == .down
        }
        let owned = candidates.isEmpty ? [:] : try await fleet.hostsByNodeID()
        let stale = candidates.filter { owned[$0.id] == nil }
        for node in stale { _ = try await NodeRemoval(managers: managers).remove(node.id) }
        if stale.isEmpty { context.unchanged() }
        return .array(stale.map { .string($0.id) })
      })
  }
}

extension NodeModule {
  var wait: Primitive {
    Primitive(
      "wait", "Waits until a node has the given state, role and availability; what is left out does not matter.",
      parameters: [
        .manager, Self.node,
        .required(
          .optional("state", .oneOf(["ready", "down", "unknown", "disconnected"]), "Its state."),
          .optional(
            "role", .oneOf(["manager", "worker"]),
            "Its role in effect, not only assigned: a manager that the others reach, a worker that no longer manages."),
          .optional("availability", .oneOf(["active", "pause", "drain"]), "Whether it takes tasks."),
          .timeout(60)),
      ],
      returns: ReturnType(Self.luaType, "The node."),
      effect: .reads,
      commands: { [fleet.typed(["docker", "node", "ls"], on: $0.host("manager"))] },
      perform: { arguments, _ in
        let text = arguments.string("node"), options = arguments.options
        let id = try await fleet.nodeID(meant: text)
        let lookup = NodeLookup(
          managers: try fleet.managers(arguments.hosts("manager")), limit: options.duration("timeout") ?? .seconds(60))
        let state = options.optionalString("state").map { NodeState(rawValue: $0) }
        let role = options.optionalString("role").map { NodeRole(rawValue: $0) }
        let availability = options.optionalString("availability").map { NodeAvailability(rawValue: $0) }
        let wanted = [state?.rawValue, role.map { "a \($0)" }, availability?.rawValue].compactMap(\.self)
        let node = try await lookup.wait(id, until: wanted.joined(separator: ", ")) { node in
          (state == nil || node.state == state) && (role == nil || node.hasBecome(role))
            && (availability == nil || node.availability == availability)
        }
        return NodeValue.value(node, host: fleet.inventory.host(named: text)?.name)
      })
  }
}
