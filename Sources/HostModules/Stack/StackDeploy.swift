import Engine
import Remote
import Values

extension StackModule {
  /// `docker stack deploy` is the client's own work, so it is run as a command on the manager.
  var deploy: Primitive {
    Primitive(
      "deploy",
      """
      Deploys a stack with `docker stack deploy` on a manager, in the folder of its compose files. Returns when the
      services are described; `stack.wait` waits until they run.
      """,
      parameters: [
        .manager,
        .required(
          Parameter("name", .string, "The stack's name."),
          Parameter("directory", .string, "The folder of the compose files on the manager."),
          Parameter("files", .list(.string), "The compose files, in the order in which they are merged."),
          .optional("options", .list(.string), "Further words for `docker stack deploy`."),
          .timeout(300)),
      ],
      effect: .changes(.idempotent),
      commands: { arguments in
        let options = arguments.options
        return [
          world.typed(words(options), on: arguments.host("manager"), in: options.string("directory"))
        ]
      },
      perform: { arguments, context in
        let host = try await manager(arguments).host
        let options = arguments.options
        let command = RemoteCommand(
          words(options), directory: options.string("directory"), sudo: try world.host(host).sudo,
          timeout: options.duration("timeout"))
        let result = try await world.transport(host).run(command) { _, line in context.output(line, host) }
        try StackDeployFailure.check(result, host: host)
        return .null
      })
  }

  private func words(_ options: Arguments) -> [String] {
    ["docker", "stack", "deploy"] + options.strings("files").flatMap { ["-c", $0] } + options.strings("options")
      + [options.string("name")]
  }
}
