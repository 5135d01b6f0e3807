import DockerEngine
import Engine
import Values

extension NodeModule {
  var promote: Primitive {
    role(
      "promote", .manager,
      """
      Makes a node a manager, and waits until the other managers reach it. A manager is left as it is.
      """)
  }

  var demote: Primitive {
    role(
      "demote", .worker,
      """
      Makes a manager a worker, and waits until it is no longer among the managers. A worker is left as it is. Refused
      for the last manager, and where too few of the remaining managers are reachable for a majority.
      """)
  }

  var pause: Primitive {
    availability("pause", .pause, "Stops a node from taking new tasks; those that it has keep running.")
  }

  var activate: Primitive {
    availability("activate", .active, "Lets a node take tasks, after `pause` or `drain`.")
  }

  var drain: Primitive {
    Primitive(
      "drain",
      """
      Moves all tasks off a node, and waits until they are gone. Their services run on other nodes where they may. A
      node that is drained already is left as it is, but its tasks are still waited for.
      """,
      parameters: [.manager, Self.node, .options(.timeout(120))],
      returns: ReturnType("\"active\"|\"pause\"|\"drain\"", "Its availability before."),
      effect: .changes(.idempotent),
      commands: { [update(["--availability", "drain"], $0)] },
      perform: { arguments, context in
        let id = try await fleet.nodeID(meant: arguments.string("node"))
        let operation = NodeDrain(
          managers: try fleet.managers(arguments.hosts("manager")),
          limit: arguments.options.duration("timeout") ?? .seconds(120))
        let outcome = try await operation.drain(id) { left in
          context.output(left == 0 ? "no task is left" : left == 1 ? "1 task is left" : "\(left) tasks are left", nil)
        }
        return .string(context.result(of: outcome).availability.rawValue)
      })
  }

  private func role(_ name: String, _ role: NodeRole, _ summary: String) -> Primitive {
    Primitive(
      name, summary,
      parameters: [.manager, Self.node, .options(.timeout(60))],
      returns: ReturnType("string", "The node ID."),
      effect: .changes(.idempotent),
      commands: { arguments in
        [fleet.typed(["docker", "node", name, shown(arguments)], on: arguments.host("manager"))]
      },
      perform: { arguments, context in
        let managers = try fleet.managers(arguments.hosts("manager"))
        let id = try await fleet.nodeID(meant: arguments.string("node"))
        _ = context.result(of: try await SwarmRole(managers: managers).set(role, ofNode: id))
        let lookup = NodeLookup(
          managers: managers, limit: arguments.options.duration("timeout") ?? .seconds(60))
        let wanted = role == .manager ? "a reachable manager" : "a worker"
        return .string(try await lookup.wait(id, until: wanted) { $0.hasBecome(role) }.id)
      })
  }

  private func availability(_ name: String, _ wanted: NodeAvailability, _ summary: String) -> Primitive {
    Primitive(
      name, summary,
      parameters: [.manager, Self.node],
      returns: ReturnType("\"active\"|\"pause\"|\"drain\"", "Its availability before."),
      effect: .changes(.idempotent),
      commands: { [update(["--availability", wanted.rawValue], $0)] },
      perform: { arguments, context in
        let id = try await fleet.nodeID(meant: arguments.string("node"))
        let role = SwarmRole(managers: try fleet.managers(arguments.hosts("manager")))
        return .string(context.result(of: try await role.set(wanted, ofNode: id)).availability.rawValue)
      })
  }

  private func update(_ words: [String], _ arguments: Arguments) -> ProcedureCommand {
    fleet.typed(["docker", "node", "update"] + words + [shown(arguments)], on: arguments.host("manager"))
  }

  /// The node as a person would type it.
  private func shown(_ arguments: Arguments) -> String {
    let text = arguments.string("node")
    return fleet.inventory.host(named: text) == nil ? text : "<node-id of \(text)>"
  }
}
