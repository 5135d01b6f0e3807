import Compose
import DockerEngine
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

/// Understands what `docker stack deploy` says when it fails.
enum StackDeployFailure {
  /// Throws when the command failed.
  static func check(_ result: CommandResult, host: String) throws {
    guard !result.isSuccess else { return }
    let words = result.errorText.isEmpty ? result.text : result.errorText
    throw Failure(
      .stackDeployFailed, "docker stack deploy ended with exit code \(result.status)", host: host,
      cause: String(words.suffix(2000)), hint: hint(for: words), isRetryable: isTransient(words))
  }

  /// Whether the words are those of a state that passes: leftovers of a removal, or managers without a leader
  /// (moby#23302, #29293, #42119).
  private static func isTransient(_ words: String) -> Bool {
    let known = [
      "update out of sequence", "has active endpoints", "does not have a leader", "context deadline exceeded",
      "is in use", "already exists", "rpc error: code = Unavailable",
    ]
    return known.contains { words.contains($0) } || (words.contains("network") && words.contains("not found"))
  }

  private static func hint(for words: String) -> String {
    if let known = DockerWords.explanation(of: words) { return known }
    if words.contains("no such file or directory") {
      return "correct stack.directory and stack.files in the inventory"
    }
    return "read what docker says, try the command on the host, then resume"
  }
}

extension FailureCode {
  /// `docker stack deploy` failed.
  static let stackDeployFailed: FailureCode = "stack.deploy_failed"
}

extension StackModule {
  var remove: Primitive {
    Primitive(
      "remove",
      """
      Removes a stack, and waits until its tasks, then its networks, are really gone. A missing stack is not an
      error.
      """,
      parameters: [
        .manager, .stackName,
        .options(
          .optional("timeout", .duration, default: 180, "How long its tasks may take to end."),
          .optional("network_timeout", .duration, default: 60, "How long its networks may take to end after that.")),
      ],
      returns: ReturnType(
        "{ services: string[], networks: string[], secrets: string[], configs: string[] }",
        "The names of what was removed."),
      effect: .changes(.idempotent),
      commands: { [fleet.typed(["docker", "stack", "rm", $0.string("name")], on: $0.host("manager"))] },
      perform: { arguments, context in
        let options = arguments.options
        let removal = StackRemoval(
          managers: try managers(arguments),
          taskLimit: options.duration("timeout") ?? .seconds(180),
          networkLimit: options.duration("network_timeout") ?? .seconds(60))
        let removed = context.result(of: try await removal.remove(arguments.string("name")))
        return [
          "services": .strings(removed.services), "networks": .strings(removed.networks),
          "secrets": .strings(removed.secrets), "configs": .strings(removed.configs),
        ]
      })
  }

  var wait: Primitive {
    Primitive(
      "wait",
      """
      Waits until every service of a stack has all its tasks running, with their health checks passed. Fails with the
      scheduler's own reason where a service can't.
      """,
      parameters: [.manager, .stackName, .options(.timeout(300))],
      returns: ReturnType("{ name: string, running: integer, desired: integer }[]", "The services by name."),
      effect: .reads,
      commands: { [fleet.typed(["docker", "stack", "services", $0.string("name")], on: $0.host("manager"))] },
      perform: { arguments, context in
        let services = try await convergence(arguments).wait(
          stack: arguments.string("name"), progress: progress(context, arguments.host("manager")))
        return .array(services.map(StackValue.progress))
      })
  }
}
