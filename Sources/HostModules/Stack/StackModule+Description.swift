import Compose
import DockerEngine
import Engine
import Placement
import Values

extension StackModule {
  var described: Primitive {
    Primitive(
      "described",
      """
      The services that compose files describe, merged as `docker stack deploy` of the host's own client does it. Reads
      the files on the host; nothing is deployed. Where the client's version is unknown, files that any known version
      accepts are accepted, and a warning says where the versions differ.
      """,
      parameters: [
        Parameter("host", .host, "The host that has the files; it need not be in a swarm."),
        .required(
          Parameter("directory", .string, "The folder of the compose files on the host."),
          Parameter("files", .list(.string), "The compose files, in the order in which they are merged."),
          .optional(
            "instead", .map(.string), "Contents to use instead of what the files hold, by their names in `files`."),
          Self.environment),
      ],
      returns: ReturnType(
        "{ name: string, image: string, mode: string, replicas: integer, constraints: string[] }[]",
        "The services by name, without the stack's. `mode` is \"replicated\", \"global\", \"job\" or \"global job\"; "
          + "`replicas` is 1 where each node has its own."),
      effect: .reads,
      perform: { arguments, context in
        let host = arguments.host("host")
        let texts = try await composeTexts(
          arguments.options, on: host, instead: arguments.options.map("instead"))
        let dialect = try await filesCheck(on: host).dialect()
        let stack = try Self.stack(texts, try variables(arguments.options), dialect)
        if dialect == .any, let doubt = Self.doubt(texts, try variables(arguments.options), stack) {
          context.output("warning: \(doubt)", host)
        }
        show(stack.warnings, context, host)
        return .array(stack.services.map(Self.value))
      })
  }

  private static func stack(
    _ texts: [(name: String, text: String)], _ environment: [String: String], _ dialect: ComposeDialect
  ) throws(Failure) -> ComposeStack {
    var files: [ComposeFile] = []
    for (name, text) in texts { files.append(try ComposeFile.parse(text: text, file: name, dialect: dialect)) }
    return try ComposeStack.merge(files, environment: environment, dialect: dialect)
  }

  /// The warning where the host's client is not known, and one that takes the files makes something else of them than
  /// this stack; `nil` where none does.
  private static func doubt(
    _ texts: [(name: String, text: String)], _ environment: [String: String], _ stack: ComposeStack
  ) -> String? {
    let others = ComposeDialect.known.filter { dialect in
      (try? self.stack(texts, environment, dialect)).map { $0.services != stack.services } ?? false
    }
    guard !others.isEmpty else { return nil }
    let names = others.map(\.name).joined(separator: " or ")
    return "the version of docker here is unknown, and Docker \(names) would make other services of these files"
  }

  /// Shows what does not stop a deployment but is worth a look.
  func show(_ warnings: [Failure], _ context: EffectContext, _ host: String) {
    for warning in warnings { context.output("warning: \(warning)\(warning.hint.map { "; \($0)" } ?? "")", host) }
  }

  private static func value(_ service: ComposeService) -> Value {
    let (mode, replicas) =
      switch service.mode {
      case .replicated(let count): ("replicated", count)
      case .global: ("global", 1)
      case .replicatedJob(let count): ("job", count)
      case .globalJob: ("global job", 1)
      }
    return [
      "name": .string(service.name), "image": .string(service.image ?? ""), "mode": .string(mode),
      "replicas": .integer(Int64(replicas)),
      "constraints": .array(service.constraints.map { .string($0.description) }),
    ]
  }

  /// The path of a compose file on its host.
  static func path(of name: String, _ options: Arguments) -> String {
    name.hasPrefix("/") ? name : options.string("directory") + "/" + name
  }

  /// Has a host's own client read files, and reports its version.
  func filesCheck(on host: String) throws -> StackFilesCheck {
    StackFilesCheck(docker: DockerCommand(on: try fleet.host(host)), transport: try fleet.transport(host), host: host)
  }

  /// Reads compose files on a host, by the rules of the client that is to deploy them.
  func composeFiles(_ options: Arguments, on host: String, dialect: ComposeDialect) async throws -> [ComposeFile] {
    try await composeTexts(options, on: host).map {
      try ComposeFile.parse(text: $0.text, file: $0.name, dialect: dialect)
    }
  }

  /// The texts of compose files on a host; of some, other contents are given by their names.
  private func composeTexts(
    _ options: Arguments, on host: String, instead: [String: Value] = [:]
  ) async throws -> [(name: String, text: String)] {
    var texts: [(name: String, text: String)] = []
    for name in options.strings("files") {
      if let given = instead[name]?.stringValue {
        texts.append((name, given))
        continue
      }
      let bytes = try await fleet.files(on: host).read(Self.path(of: name, options))
      texts.append((name, String(decoding: bytes, as: UTF8.self)))
    }
    return texts
  }
}

/// Services and tasks as runbooks see them.
enum StackValue {
  static func services(_ services: [SwarmService], tasks: [SwarmTask]) -> [Value] {
    let wanted = tasks.filter { $0.desiredState == .running }
    return services.sorted { $0.name < $1.name }.map { service in
      let own = wanted.filter { $0.serviceID == service.id }
      let (mode, desired) =
        switch service.mode {
        case .replicated(let count): ("replicated", count)
        case .global: ("global", own.count)
        case .job(let count): ("job", count)
        case .globalJob: ("global job", own.count)
        }
      return [
        "name": .string(service.name), "image": .string(service.image), "mode": .string(mode),
        "desired": .integer(Int64(desired)),
        "running": .integer(Int64(own.count { $0.state == .running })),
        "constraints": .array(service.constraints.map { .string($0) }),
        "ports": .array(
          service.ports.map { port in
            [
              "protocol": .string(port.networkProtocol), "target": .integer(Int64(port.target)),
              "published": .integer(Int64(port.published)), "mode": .string(port.isHostMode ? "host" : "ingress"),
            ]
          }),
      ]
    }
  }

  static func progress(_ service: ServiceUpdateProgress) -> Value {
    [
      "name": .string(service.name), "running": .integer(Int64(service.running)),
      "desired": .integer(Int64(service.wanted)),
    ]
  }

  static func finding(_ finding: TaskFinding, hosts: [String: String]) -> Value {
    var members: [String: Value] = [
      "service": .string(finding.service), "task": .string(finding.taskID), "state": .string(finding.state.rawValue),
      "code": .string(finding.code.rawValue), "message": .string(finding.message), "cause": .string(finding.words),
      "reasons": .strings(finding.reasons), "log": .strings(finding.log), "hint": .string(finding.hint),
      "lasting": .bool(finding.isLasting),
    ]
    members["node"] = finding.nodeID.map { .string($0) }
    members["host"] = finding.nodeID.flatMap { hosts[$0] }.map { .string($0) }
    return .object(members)
  }

  static func tasks(_ tasks: [SwarmTask], services: [SwarmService], hosts: [String: String]) -> [Value] {
    let names = Dictionary(services.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
    let wanted = tasks.filter { $0.desiredState == .running }
    return
      wanted
      .map { task in (name: names[task.serviceID] ?? task.serviceID, task: task) }
      .sorted { ($0.name, $0.task.slot, $0.task.id) < ($1.name, $1.task.slot, $1.task.id) }
      .map { name, task in
        var members: [String: Value] = [
          "service": .string(name), "node": .string(task.nodeID ?? ""), "slot": .integer(Int64(task.slot)),
          "state": .string(task.state.rawValue), "error": .string(task.error),
        ]
        members["host"] = task.nodeID.flatMap { hosts[$0] }.map { .string($0) }
        return .object(members)
      }
  }
}
