import Engine
import Remote
import Values

extension SSHModule {
  var facts: Primitive {
    Primitive(
      "facts", "What a host says about itself: clock, addresses, operating system, free disk.",
      parameters: [.host],
      returns: ReturnType(
        "{ hostname: string, operating_system: string, clock_offset: number, clock_uncertainty: number, "
          + "addresses: string[], free_bytes: integer, user_id: integer }",
        "The facts. `clock_offset` is how many seconds its clock is ahead of this machine's. `addresses` are its own "
          + "without those of Docker's bridges. `free_bytes` are for Docker's data, -1 where they are not known."),
      effect: .reads,
      perform: { arguments, _ in
        let facts = try await HostFacts.read(over: world.transport(arguments.host("host")))
        let own = facts.interfaces.filter { !Self.isDockers($0.name) }
        return [
          "hostname": .string(facts.hostName), "operating_system": .string(facts.operatingSystem ?? ""),
          "clock_offset": .number(facts.clockSkew), "clock_uncertainty": .number(facts.clockUncertainty),
          "addresses": .array(own.flatMap { $0.ipv4 + $0.ipv6 }.map { .string($0) }),
          "free_bytes": .integer(facts.freeBytesOfDocker ?? facts.freeBytesOfRoot ?? -1),
          "user_id": .integer(Int64(facts.userID)),
        ]
      })
  }

  var probeTCP: Primitive {
    Primitive(
      "probe_tcp", "Whether one host can open a TCP connection to an address.",
      parameters: [
        .host, Parameter("address", .string, "The address or name."), Parameter("port", .integer, "The port."),
        .options(.timeout(3)),
      ],
      returns: ReturnType(
        "{ state: \"open\"|\"refused\"|\"filtered\"|\"unknown\", detail: string }",
        "`refused`: the machine is there, but nothing listens. `filtered`: nothing answered. `unknown`: not tried."),
      effect: .reads,
      perform: { arguments, _ in
        let outcome = try await PortProbe.tcp(
          arguments.string("address"), Int(arguments.integer("port")),
          from: world.transport(arguments.host("host")),
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
