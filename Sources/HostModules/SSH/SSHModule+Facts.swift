import DockerEngine
import Engine
import Remote
import Values

extension SSHModule {
  var facts: Primitive {
    Primitive(
      "facts",
      "What a host says about itself: operating system, kernel, addresses, clock, memory, free disk, engine version.",
      parameters: [.host],
      returns: ReturnType(
        "{ hostname: string, operating_system: string, kernel: string, architecture: string, processors: integer, "
          + "memory_bytes: integer, available_memory_bytes: integer, clock_offset: number, "
          + "clock_uncertainty: number, addresses: string[], free_bytes: integer, free_bytes_root: integer, "
          + "data_root: string, engine_version: string, user_id: integer }",
        "The facts. `clock_offset` is how many seconds its clock is ahead of this machine's. `addresses` are its own "
          + "without those of Docker's bridges. `free_bytes` are for Docker's data in `data_root`, `free_bytes_root` "
          + "under /. Numbers that are not known are -1. `engine_version` is empty when no engine answers."),
      effect: .reads,
      perform: { arguments, _ in
        let host = arguments.host("host")
        let transport = try fleet.transport(host)
        // A host that can't be reached must be reported as such, not as one without an engine.
        try await transport.connect()
        let engine = try? await fleet.engine(host).info()
        try Task.checkCancellation()
        let dataRoot = engine.flatMap { $0.dataRoot.isEmpty ? nil : $0.dataRoot } ?? "/var/lib/docker"
        let facts = try await HostFacts.read(over: transport, dataRoot: dataRoot)
        return Self.value(facts, engineVersion: engine?.serverVersion ?? "", dataRoot: dataRoot)
      })
  }

  private static func value(_ facts: HostFacts, engineVersion: String, dataRoot: String) -> Value {
    let own = facts.interfaces.filter { !isDockers($0.name) }
    return [
      "hostname": .string(facts.hostName), "operating_system": .string(facts.operatingSystem ?? ""),
      "kernel": .string(facts.kernel), "architecture": .string(facts.architecture),
      "processors": .integer(Int64(facts.processors ?? -1)), "memory_bytes": .integer(facts.memory ?? -1),
      "available_memory_bytes": .integer(facts.availableMemory ?? -1),
      "clock_offset": .number(facts.clockSkew), "clock_uncertainty": .number(facts.clockUncertainty),
      "addresses": .array(own.flatMap { $0.ipv4 + $0.ipv6 }.map { .string($0) }),
      "free_bytes": .integer(facts.freeBytesOfDocker ?? facts.freeBytesOfRoot ?? -1),
      "free_bytes_root": .integer(facts.freeBytesOfRoot ?? -1), "data_root": .string(dataRoot),
      "engine_version": .string(engineVersion), "user_id": .integer(Int64(facts.userID)),
    ]
  }

  var probeTCP: Primitive {
    Primitive(
      "probe_tcp", "Whether one host can open a TCP connection to an address.",
      parameters: [
        .host, Parameter("address", .string, "The address or name."),
        Parameter("port", .integer, "The port.").bounded(.port),
        .options(.timeout(3)),
      ],
      returns: ReturnType(
        "{ state: \"open\"|\"refused\"|\"filtered\"|\"unknown\", detail: string }",
        "`refused`: the machine is there, but nothing listens. `filtered`: nothing answered. `unknown`: not tested."),
      effect: .reads,
      perform: { arguments, _ in
        let outcome = try await PortProbe.tcp(
          arguments.string("address"), Int(arguments.integer("port")),
          from: fleet.transport(arguments.host("host")),
          timeout: arguments.options.duration("timeout") ?? .seconds(3))
        let (state, detail) =
          switch outcome {
          case .open: ("open", "it is open")
          case .refused: ("refused", "the connection was refused")
          case .filtered(let reason): ("filtered", reason)
          case .unknown(let reason): ("unknown", reason)
          }
        return ["state": .string(state), "detail": .string(detail)]
      })
  }

  /// Docker's own bridges and the ends of containers' links: no address of theirs is reached from outside.
  private static func isDockers(_ interface: String) -> Bool {
    ["docker", "br-", "veth"].contains { interface.hasPrefix($0) }
  }
}
