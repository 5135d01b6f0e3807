import Compose
import Engine
import Remote
import Values

extension StackModule {
  /// `docker stack deploy` is the client's own work, so it is run as a command on the manager, by ``DockerCommand``.
  var deploy: Primitive {
    Primitive(
      "deploy",
      """
      Deploys a stack with `docker stack deploy` on a manager, in the folder of its compose files. Returns when the
      services are created; `stack.wait` waits until they run. It always uses the engine of the inventory, even where a
      context or variables would lead docker elsewhere, and fails where that engine does not have the services
      afterwards.
      """,
      parameters: [
        .manager,
        .required(
          Parameter("name", .string, "The stack's name."),
          Parameter("directory", .string, "The folder of the compose files on the manager."),
          Parameter("files", .list(.string), "The compose files, in the order in which they are merged."),
          .optional("options", .list(.string), "More options for `docker stack deploy`."),
          StackModule.environment,
          .timeout(300)),
      ],
      effect: .changes(.idempotent),
      commands: { arguments in
        let options = arguments.options
        return [
          fleet.typed(
            typedVariables(options) + ["docker"] + words(options), on: arguments.host("manager"),
            in: options.string("directory"))
        ]
      },
      site: { run, arguments in
        let host = try await manager(arguments).host
        return try await fleet.site(of: run, on: host, sudo: fleet.host(host).sudo)
      },
      perform: { arguments, context in
        let engine = if let chosen = context.host { try fleet.engine(chosen) } else { try await manager(arguments) }
        let host = engine.host, options = arguments.options
        let docker = DockerCommand(on: try fleet.host(host)), transport = try fleet.transport(host)
        let client = DockerClientCheck(docker: docker, transport: transport, engine: engine)
        try await client.expectSameEngine()
        let command = docker(
          words(options), directory: options.string("directory"), timeout: options.duration("timeout"),
          environment: try variables(options))
        let job = RemoteJob(id: JobID(run: context.run, name: context.call), command: command, over: transport)
        let result = try await job.run(onOutput: JobCall.printing(on: host, context))
        try StackDeployFailure.check(result, host: host)
        try await client.expectServices(try await services(options, on: host), of: options.string("name"))
        return .null
      })
  }

  /// The names of the services that the compose files describe; `nil` where the files can't be read as Docker reads
  /// them.
  private func services(_ options: Arguments, on host: String) async throws -> [String]? {
    do {
      // The client has accepted the files, and in accepted files every version sees the same names of services.
      let files = try await composeFiles(options, on: host, dialect: .any)
      return try ComposeStack.merge(files, environment: variables(options)).services.map {
        "\(options.string("name"))_\($0.name)"
      }
    } catch let failure as Failure where Self.isOfFiles(failure) { return nil }
  }

  /// Docker has accepted the files, so what can't be understood of them does not make the deployment fail.
  private static func isOfFiles(_ failure: Failure) -> Bool {
    ["compose.", "file.", "yaml."].contains { failure.code.rawValue.hasPrefix($0) }
  }

  private func words(_ options: Arguments) -> [String] {
    ["stack", "deploy"] + options.strings("files").flatMap { ["-c", $0] } + options.strings("options")
      + [options.string("name")]
  }
}
