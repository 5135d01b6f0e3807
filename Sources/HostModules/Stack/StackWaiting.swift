import Concurrency
import DockerEngine
import Engine
import Values

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
