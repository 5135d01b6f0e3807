import DockerEngine
import Engine
import Inventory
import Values

extension SwarmModule {
  var join: Primitive {
    Primitive(
      "join",
      """
      Lets a host join a manager's swarm, and waits until it is in. A host that is in that swarm already is left as it
      is; one that is in another is a failure. A join that takes long goes on in the background and is waited for.
      """,
      parameters: [
        .host,
        .required(
          .manager,
          Parameter("token", .secret, "The join token."),
          .optional("address", .string, "The manager's address; the inventory's where it is left out."),
          .optional("port", .integer, default: 2377, "The manager's port."),
          .optional(
            "advertise_address", .string,
            "The address under which the swarm knows the host; the inventory's where that is an IP address."),
          .timeout(90)),
      ],
      returns: ReturnType("string", "The host's node ID in that swarm."),
      effect: .changes(.idempotent),
      commands: { arguments in
        let host = arguments.host("host")
        let advertise = advertised(host, arguments.options).map { ["--advertise-addr", $0] } ?? []
        let target = (try? remote(arguments.options)) ?? ""
        return [
          world.typed(
            ["docker", "swarm", "join", "--token", Secret.placeholder] + advertise + [target], on: host)
        ]
      },
      perform: { arguments, context in
        let options = arguments.options
        guard let token = options.secret("token"), let limit = options.duration("timeout") else {
          preconditionFailure("the arguments were not checked before the call")
        }
        let host = arguments.host("host")
        let operation = SwarmJoin(
          engine: try world.engine(host), manager: try world.engine(options.host("manager")), limit: limit)
        let outcome = try await operation.join(
          address: try remote(options), token: token, advertise: advertised(host, options))
        return .string(context.result(of: outcome))
      })
  }

  var leave: Primitive {
    Primitive(
      "leave", "Takes a host out of its swarm, and waits until it is out. A host in no swarm is left as it is.",
      parameters: [
        .host,
        .options(
          .optional(
            "force", .boolean, default: false,
            "Whether a manager leaves too; the only node of a swarm ends that swarm by leaving."),
          .timeout(60)),
      ],
      returns: ReturnType("string", "The node ID that the host had; empty when it was in no swarm."),
      effect: .changes(.idempotent),
      commands: { arguments in
        let force = arguments.options.flag("force") ? ["--force"] : []
        return [world.typed(["docker", "swarm", "leave"] + force, on: arguments.host("host"))]
      },
      perform: { arguments, context in
        let operation = SwarmLeave(
          engine: try world.engine(arguments.host("host")), limit: arguments.options.duration("timeout") ?? .seconds(60)
        )
        let outcome = try await operation.leave(force: arguments.options.flag("force"))
        return .string(context.result(of: outcome) ?? "")
      })
  }

  var initialize: Primitive {
    Primitive(
      "init", "Makes a host the manager of a new swarm. A host that manages a swarm already is left as it is.",
      parameters: [
        .host,
        .options(
          .optional(
            "advertise_address", .string,
            "The address under which the swarm knows the host; the inventory's where that is an IP address.")),
      ],
      returns: ReturnType("string", "The host's node ID."),
      effect: .changes(.idempotent),
      commands: { arguments in
        let host = arguments.host("host")
        let advertise = advertised(host, arguments.options).map { ["--advertise-addr", $0] } ?? []
        return [world.typed(["docker", "swarm", "init"] + advertise, on: host)]
      },
      perform: { arguments, context in
        let host = arguments.host("host")
        let engine = try world.engine(host)
        let swarm = try await engine.info().swarm
        if swarm.state == .active && swarm.isManager {
          context.unchanged()
          return .string(swarm.nodeID)
        }
        return .string(try await engine.initializeSwarm(advertise: advertised(host, arguments.options)))
      })
  }

  /// The address that a host is to advertise; `nil` leaves the choice to its engine, which has one only.
  private func advertised(_ host: String, _ options: Arguments) -> String? {
    if let named = options.optionalString("advertise_address") { return named }
    guard let host = try? world.host(host) else { return nil }
    return host.advertiseAddress ?? host.address.flatMap { Self.isIPAddress($0) ? $0 : nil }
  }

  /// Where a joining host finds the manager: always with the port.
  private func remote(_ options: Arguments) throws -> String {
    let manager = try world.host(options.host("manager"))
    let address = options.optionalString("address") ?? manager.swarmAddress
    let port = options.optionalInteger("port") ?? 2377
    return address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
  }

  /// Whether it is a literal address and no name: engines advertise addresses only.
  private static func isIPAddress(_ text: String) -> Bool {
    text.contains(":") || text.split(separator: ".").allSatisfy { UInt8($0) != nil }
  }
}
