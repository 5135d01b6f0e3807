import DockerEngine
import Engine
import Values

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
