import Compose
import Engine
import Placement
import Values

extension StackModule {
  var described: Primitive {
    Primitive(
      "described",
      """
      The services that compose files describe, merged as `docker stack deploy` does it. Reads the files on the host;
      nothing is deployed.
      """,
      parameters: [
        Parameter("host", .host, "The host that has the files; it need not be in a swarm."),
        .required(
          Parameter("directory", .string, "The folder of the compose files on the host."),
          Parameter("files", .list(.string), "The compose files, in the order in which they are merged."),
          .optional(
            "instead", .map(.string), "What files would hold, by their names in `files`: it is taken in their place."),
          Self.environment),
      ],
      returns: ReturnType(
        "{ name: string, image: string, mode: string, replicas: integer, constraints: string[] }[]",
        "The services by name, without the stack's. `mode` is \"replicated\", \"global\", \"job\" or \"global job\"; "
          + "`replicas` is 1 where each node has its own."),
      effect: .reads,
      perform: { arguments, context in
        let host = arguments.host("host")
        let stack = try ComposeStack.merge(
          try await composeFiles(arguments.options, on: host, instead: arguments.options.map("instead")),
          environment: variables(arguments.options))
        show(stack.warnings, context, host)
        return .array(stack.services.map(Self.value))
      })
  }

  /// Shows what does not stop a deployment but is worth a look.
  func show(_ warnings: [Failure], _ context: EffectContext, _ host: String) {
    for warning in warnings { context.output("warning: \(warning) \(warning.hint ?? "")", host) }
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

  /// Reads compose files on a host; of some, other contents are given by their names.
  func composeFiles(
    _ options: Arguments, on host: String, instead: [String: Value] = [:], dialect: ComposeDialect = .any
  ) async throws -> [ComposeFile] {
    var files: [ComposeFile] = []
    for name in options.strings("files") {
      if let given = instead[name]?.stringValue {
        files.append(try ComposeFile.parse(text: given, file: name, dialect: dialect))
        continue
      }
      let bytes = try await fleet.files(on: host).read(Self.path(of: name, options))
      files.append(
        try ComposeFile.parse(text: String(decoding: bytes, as: UTF8.self), file: name, dialect: dialect))
    }
    return files
  }
}
