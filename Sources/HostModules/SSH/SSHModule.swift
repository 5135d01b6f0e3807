import Engine
import Remote
import Values

/// `ssh`: commands on hosts, and what is known of a host.
struct SSHModule: Sendable {
  let fleet: Fleet

  var module: HostModule {
    HostModule(
      "ssh", "Commands on hosts, as lists of arguments that no shell reads, and facts about hosts.",
      [run, read, upload, download, facts, probeTCP])
  }

  /// What ``run`` and ``read`` return, in LuaCATS notation.
  private static let result = ReturnType(
    "{ status: integer, stdout: string, stderr: string }",
    "The exit code and what it wrote. An exit code other than 0 is an error unless `check` is false.")

  private static let parameters: [Parameter] = [
    .host,
    Parameter("argv", .list(.string), "The program and its arguments. No secrets: any user of the host can read them."),
    .options(
      .optional("sudo", .boolean, default: false, "Whether it runs as root, through `sudo -n`."),
      .optional("cwd", .string, "The folder it runs in; by default the login folder."),
      .optional("env", .map(.string), "Variables added to its environment. No secrets."),
      .optional("stdin", .secret, "What it reads from its standard input. The place for secrets."),
      .optional("timeout", .duration, "How long it may take."),
      .optional("check", .boolean, default: true, "Whether an exit code other than 0 is an error.")),
  ]

  private var run: Primitive {
    Primitive(
      "run",
      """
      Runs a command on a host, to its end, and shows its output as it comes. The command outlives the connection and \
      this program: a resumed run finds it again, with all of its output.
      """,
      parameters: Self.parameters, returns: Self.result, effect: .changes(.reattaching), commands: typed,
      identity: { JobCall.identity(of: command($0), on: $0.host("host")) },
      site: { run, arguments in
        try await fleet.site(of: run, on: arguments.host("host"), sudo: arguments.options.flag("sudo"))
      },
      perform: { arguments, context in
        let host = arguments.host("host")
        let command = command(arguments)
        let job = RemoteJob(
          id: JobID(run: context.run, name: context.call), command: command, over: try fleet.transport(host))
        let result = try await job.run(
          onOutput: JobCall.printing(on: host, context),
          earlier: context.earlier.map { (JobMark(site: $0.site), $0.isLaunched) }, onStart: context.launched)
        return try value(of: result, of: command, arguments)
      })
  }

  private var read: Primitive {
    Primitive(
      "read",
      "Runs a command that only reads; you promise that it changes nothing. Allowed in checks, and also run in a plan.",
      parameters: Self.parameters, returns: Self.result, effect: .reads, commands: typed,
      perform: { arguments, _ in try await perform(arguments) })
  }

  private func typed(_ arguments: Arguments) -> [ProcedureCommand] {
    let options = arguments.options
    let environment = options.map("env").sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.stringValue ?? "")" }
    let words = (environment.isEmpty ? [] : ["env"] + environment) + arguments.strings("argv")
    return [
      fleet.written(
        words, on: arguments.host("host"), in: options.optionalString("cwd"), sudo: options.flag("sudo"))
    ]
  }

  private func perform(_ arguments: Arguments) async throws -> Value {
    let host = arguments.host("host")
    let command = command(arguments)
    let result = try await fleet.transport(host).run(command)
    return try value(of: result, of: command, arguments)
  }

  private func command(_ arguments: Arguments) -> RemoteCommand {
    let options = arguments.options
    return RemoteCommand(
      arguments.strings("argv"), directory: options.optionalString("cwd"),
      environment: options.map("env").compactMapValues(\.stringValue), sudo: options.flag("sudo"),
      stdin: Array((options.secret("stdin")?.reveal() ?? "").utf8), timeout: options.duration("timeout"))
  }

  private func value(of result: CommandResult, of command: RemoteCommand, _ arguments: Arguments) throws -> Value {
    if arguments.options.flag("check") { try result.checked(command, on: arguments.host("host")) }
    return [
      "status": .integer(Int64(result.status)), "stdout": .text(result.stdout), "stderr": .text(result.stderr),
    ]
  }
}
