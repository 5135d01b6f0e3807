import DockerEngine
import Engine
import Foundation
import Remote
import Values

/// `docker`: what one host's engine says about itself.
struct DockerModule: Sendable {
  let fleet: Fleet

  var module: HostModule {
    HostModule(
      "docker",
      "One host's own engine: its state, its containers and networks, its recent events, its service.",
      [info, containers, networks, events, stop, start])
  }

  private var info: Primitive {
    Primitive(
      "info", "What a host's engine says about itself and its part in a swarm. Works in any state of the swarm.",
      parameters: [.host],
      returns: ReturnType(
        "{ name: string, engine_version: string, api_version: string, operating_system: string, data_root: string, "
          + "logging_driver: string, warnings: string[], running: integer, cpus: number, memory: integer, "
          + "clock: number?, state: \"inactive\"|\"pending\"|\"active\"|\"error\"|\"locked\", error: string, "
          + "node_id: string, node_address: string, is_manager: boolean, cluster_id: string, "
          + "managers: { node_id: string, address: string }[] }",
        "Its state. `api_version` is the one in use; `running` counts containers; `clock` is in seconds since 1970; "
          + "`error` is what went wrong with its swarm, in the engine's words; `managers` are those that it knows."),
      effect: .reads,
      commands: { [fleet.typed(["docker", "info"], on: $0.host("host"))] },
      perform: { arguments, _ in
        let engine = try fleet.engine(arguments.host("host"))
        let info = try await engine.info()
        let swarm = info.swarm
        return try await [
          "name": .string(info.name), "engine_version": .string(info.serverVersion),
          "api_version": .string(engine.version().description), "operating_system": .string(info.operatingSystem),
          "data_root": .string(info.dataRoot), "logging_driver": .string(info.loggingDriver),
          "warnings": .strings(info.warnings), "running": .integer(Int64(info.runningContainers)),
          "cpus": .number(Double(info.resources.nanoCPUs) / 1e9), "memory": .integer(info.resources.memory),
          "clock": info.systemDate.map { .number($0.timeIntervalSince1970) } ?? .null,
          "state": .string(swarm.state.rawValue), "error": .string(swarm.error), "node_id": .string(swarm.nodeID),
          "node_address": .string(swarm.nodeAddress), "is_manager": .bool(swarm.isManager),
          "cluster_id": .string(swarm.clusterID ?? ""),
          "managers": .array(
            swarm.managers.map { ["node_id": .string($0.nodeID), "address": .string($0.address)] }),
        ]
      })
  }

  private var containers: Primitive {
    Primitive(
      "containers", "The containers of a host's engine.",
      parameters: [
        .host, .options(.optional("all", .boolean, default: false, "Whether to list those that do not run, too.")),
      ],
      returns: ReturnType(
        "{ id: string, name: string, image: string, state: string, status: string, labels: table<string, string>, "
          + "networks: string[] }[]",
        "The containers by name."),
      effect: .reads,
      commands: { arguments in
        let all = arguments.options.flag("all") ? ["--all"] : []
        return [fleet.typed(["docker", "ps"] + all, on: arguments.host("host"))]
      },
      perform: { arguments, _ in
        let engine = try fleet.engine(arguments.host("host"))
        return .array(
          try await engine.containers(all: arguments.options.flag("all")).sorted { $0.name < $1.name }.map {
            [
              "id": .string($0.id), "name": .string($0.name), "image": .string($0.image), "state": .string($0.state),
              "status": .string($0.status), "labels": .texts($0.labels), "networks": .strings($0.networks),
            ]
          })
      })
  }

  private var networks: Primitive {
    Primitive(
      "networks", "The networks that a host's engine knows, in a swarm or not.",
      parameters: [.host],
      returns: ReturnType(
        "{ id: string, name: string, driver: string, scope: \"local\"|\"swarm\"|\"global\", "
          + "labels: table<string, string>, is_ingress: boolean }[]",
        "The networks by name."),
      effect: .reads,
      commands: { [fleet.typed(["docker", "network", "ls"], on: $0.host("host"))] },
      perform: { arguments, _ in
        let engine = try fleet.engine(arguments.host("host"))
        return .array(
          try await engine.networks().sorted { ($0.name, $0.id) < ($1.name, $1.id) }.map {
            [
              "id": .string($0.id), "name": .string($0.name), "driver": .string($0.driver),
              "scope": .string($0.scope), "labels": .texts($0.labels), "is_ingress": .bool($0.isIngress),
            ]
          })
      })
  }

  private var events: Primitive {
    Primitive(
      "events",
      "The recent events of a host's engine, and on a manager those of the swarm, as far as the engine remembers them.",
      parameters: [
        .host,
        .options(
          .optional("since", .duration, default: 600, "How far back."),
          .optional("types", .list(.string), "Only of these kinds: \"container\", \"node\", \"service\", …")),
      ],
      returns: ReturnType(
        "{ time: number, type: string, action: string, id: string, attributes: table<string, string> }[]",
        "The events, the oldest first; `time` is in seconds since 1970."),
      effect: .reads,
      commands: { arguments in
        let seconds = arguments.options.duration("since")?.components.seconds ?? 600
        return [
          fleet.typed(["docker", "events", "--since", "\(seconds)s", "--until", "0s"], on: arguments.host("host"))
        ]
      },
      perform: { arguments, _ in
        let engine = try fleet.engine(arguments.host("host"))
        let types = arguments.options.strings("types")
        let events = try await engine.pastEvents(
          types.isEmpty ? .all : ["type": types], last: arguments.options.duration("since") ?? .seconds(600))
        return .array(
          events.map {
            [
              "time": .number(Double($0.time) / 1e9), "type": .string($0.type), "action": .string($0.action),
              "id": .string($0.actorID), "attributes": .texts($0.attributes),
            ]
          })
      })
  }
}

extension DockerModule {
  var stop: Primitive {
    Primitive(
      "stop",
      """
      Stops a host's engine through its service manager, and returns when it is down. Its containers end. An engine that
      is down already is left as it is.
      """,
      parameters: [.host, .options(.timeout(120))],
      effect: .changes(.idempotent),
      commands: { [fleet.typed(["systemctl", "stop", "docker.socket", "docker.service"], on: $0.host("host"))] },
      site: site,
      perform: { arguments, context in
        if try await !service(arguments, context).stop() { context.unchanged() }
        return .null
      })
  }

  var start: Primitive {
    Primitive(
      "start",
      """
      Starts a host's engine through its service manager, and returns when it answers. The engine may know only later
      whether it is in a swarm. An engine that runs already is left as it is.
      """,
      parameters: [.host, .options(.timeout(120))],
      effect: .changes(.idempotent),
      commands: { [fleet.typed(["systemctl", "start", "docker.socket", "docker.service"], on: $0.host("host"))] },
      site: site,
      perform: { arguments, context in
        let host = arguments.host("host"), limit = Self.limit(arguments)
        if try await !service(arguments, context).start() { context.unchanged() }
        guard try await fleet.engine(host).answers(within: limit) else {
          throw Failure(
            .engineNotStarted, "the Docker engine was started but does not answer", host: host,
            hint: "read its log (journalctl -u docker), then resume", isRetryable: true)
        }
        return .null
      })
  }

  private static func limit(_ arguments: Arguments) -> Duration {
    arguments.options.duration("timeout") ?? .seconds(120)
  }

  private func service(_ arguments: Arguments, _ context: EffectContext) throws -> EngineService {
    let host = arguments.host("host")
    return EngineService(
      try fleet.transport(host), sudo: try fleet.host(host).sudo, job: JobID(run: context.run, name: context.call),
      limit: Self.limit(arguments))
  }

  private func site(of run: String, _ arguments: Arguments) async throws -> CallSite {
    let host = arguments.host("host")
    return try await fleet.site(of: run, on: host, sudo: fleet.host(host).sudo)
  }
}
