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
      is; one that is in another is a failure. A join that takes long continues in the background and is waited for.
      """,
      parameters: [
        .host,
        .required(
          .manager,
          Parameter("token", .secret, "The join token."),
          .optional(
            "address", .string,
            "The manager's address; by default that of the first manager that answers, from the inventory."),
          .optional("port", .integer, default: 2377, "The manager's port.").bounded(.port),
          .optional(
            "advertise_address", .string,
            "The address under which the swarm knows the host; the inventory's where that is an IP address."),
          .optional("listen_address", .string, "Where a manager listens for other nodes; everywhere by default."),
          .optional("data_path_address", .string, "The address for the traffic between containers, when another."),
          .timeout(90)),
      ],
      returns: ReturnType("string", "The host's node ID in that swarm."),
      effect: .changes(.idempotent),
      commands: { arguments in
        let host = arguments.host("host")
        let advertise = advertised(host, arguments.options).map { ["--advertise-addr", $0] } ?? []
        let target = (try? remote(arguments.options, arguments.options.host("manager"))) ?? ""
        return [
          fleet.typed(
            ["docker", "swarm", "join", "--token", Secret.placeholder] + advertise + [target], on: host)
        ]
      },
      perform: { arguments, context in
        let options = arguments.options
        guard let token = options.secret("token"), let limit = options.duration("timeout") else {
          preconditionFailure("the arguments were not checked before the call")
        }
        let host = arguments.host("host")
        let managers = try fleet.managers(options.hosts("manager"))
        let operation = SwarmJoin(engine: try fleet.engine(host), managers: managers, limit: limit)
        let outcome = try await operation.join(
          address: try remote(options, try await managers.answering().host), token: token,
          advertise: advertised(host, options), listen: Self.withPort(options.optionalString("listen_address")),
          dataPath: options.optionalString("data_path_address"))
        return .string(context.result(of: outcome))
      })
  }

  var leave: Primitive {
    Primitive(
      "leave",
      """
      Takes a host out of its swarm, and waits until it is out. A manager among others is demoted first; the call is
      refused where the others would not be a majority. A host in no swarm is left as it is.
      """,
      parameters: [
        .host,
        .options(
          .optional(
            "force", .boolean, default: false,
            "Whether a manager also leaves where it can't be demoted; the last one ends its swarm by leaving."),
          .timeout(60)),
      ],
      returns: ReturnType("string", "The node ID that the host had; empty when it was in no swarm."),
      effect: .changes(.idempotent),
      commands: { arguments in
        let force = arguments.options.flag("force") ? ["--force"] : []
        return [fleet.typed(["docker", "swarm", "leave"] + force, on: arguments.host("host"))]
      },
      perform: { arguments, context in
        let operation = SwarmLeave(
          engine: try fleet.engine(arguments.host("host")), limit: arguments.options.duration("timeout") ?? .seconds(60)
        )
        let outcome = try await operation.leave(force: arguments.options.flag("force"))
        return .string(context.result(of: outcome) ?? "")
      })
  }

  var initialize: Primitive {
    Primitive(
      "init",
      """
      Makes a host the manager of a new swarm. A host that manages a swarm already is left as it is, whatever that
      swarm's settings are: change those with `swarm.update`.
      """,
      parameters: [
        .host,
        .options(
          [
            .optional(
              "advertise_address", .string,
              "The address under which the swarm knows the host; the inventory's where that is an IP address."),
            .optional("listen_address", .string, "Where it listens for other nodes; everywhere by default."),
            .optional("data_path_address", .string, "The address for the traffic between containers, when another."),
            .optional("data_path_port", .integer, "The UDP port for that traffic; Docker's is 4789.").bounded(.port),
            .optional("address_pools", .list(.string), "The networks that overlay networks are cut from, as CIDR."),
            .optional("subnet_size", .integer, "The length of the prefix of each; Docker's is 24.")
              .bounded(.within(1, 30)),
          ] + Self.settingParameters),
      ],
      returns: ReturnType("string", "The host's node ID."),
      effect: .changes(.idempotent),
      commands: { arguments in
        let host = arguments.host("host")
        let request = request(host, arguments.options)
        var words = request.advertise.map { ["--advertise-addr", $0] } ?? []
        if arguments.options["listen_address"] != nil { words += ["--listen-addr", request.listen] }
        if let address = request.dataPath { words += ["--data-path-addr", address] }
        if let port = request.dataPathPort { words += ["--data-path-port", String(port)] }
        for pool in request.addressPools { words += ["--default-addr-pool", pool] }
        if let size = request.subnetSize { words += ["--default-addr-pool-mask-length", String(size)] }
        return [fleet.typed(["docker", "swarm", "init"] + words + Self.words(request.settings), on: host)]
      },
      perform: { arguments, context in
        let host = arguments.host("host")
        let operation = SwarmInit(engine: try fleet.engine(host))
        return .string(context.result(of: try await operation.begin(request(host, arguments.options))))
      })
  }

  private func request(_ host: String, _ options: Arguments) -> NewSwarm {
    var request = NewSwarm()
    request.advertise = advertised(host, options)
    request.listen = Self.withPort(options.optionalString("listen_address"))
    request.dataPath = options.optionalString("data_path_address")
    request.dataPathPort = options.optionalInteger("data_path_port").map(Int.init)
    request.addressPools = options.strings("address_pools")
    request.subnetSize = options.optionalInteger("subnet_size").map(Int.init)
    request.settings = Self.settings(options)
    return request
  }

  /// An address to listen at, with the port, which the engine does not add by itself.
  private static func withPort(_ address: String?) -> String {
    guard let address else { return "0.0.0.0:2377" }
    let hasPort = address.hasPrefix("[") ? address.contains("]:") : address.split(separator: ":").count == 2
    if hasPort { return address }
    return address.contains(":") && !address.hasPrefix("[") ? "[\(address)]:2377" : "\(address):2377"
  }

  /// The address that a host is to advertise; `nil` leaves the choice to its engine, which has one only.
  func advertised(_ host: String, _ options: Arguments) -> String? {
    if let named = options.optionalString("advertise_address") { return named }
    guard let host = try? fleet.host(host) else { return nil }
    return host.advertiseAddress ?? host.address.flatMap { Self.isIPAddress($0) ? $0 : nil }
  }

  /// Where a joining host finds the manager: always with the port.
  private func remote(_ options: Arguments, _ manager: String) throws -> String {
    let address = try options.optionalString("address") ?? fleet.host(manager).swarmAddress
    let port = options.optionalInteger("port") ?? 2377
    return address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
  }

  /// Whether it is a literal address and not a name: engines advertise addresses only.
  private static func isIPAddress(_ text: String) -> Bool {
    text.contains(":") || text.split(separator: ".").allSatisfy { UInt8($0) != nil }
  }
}
