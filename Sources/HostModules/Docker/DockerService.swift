import DockerEngine
import Engine
import Remote
import Values

extension DockerModule {
  var stop: Primitive {
    Primitive(
      "stop",
      """
      Stops a host's engine through its service manager, and returns when it is down. Its containers end. An engine that
      is down already is left as it is.
      """,
      parameters: [.host, .options(.timeout(120))],
      effect: .changes(.idempotent),
      commands: { [fleet.typed(["systemctl", "stop", "docker.socket", "docker.service"], on: $0.host("host"))] },
      site: site,
      perform: { arguments, context in
        if try await !service(arguments, context).stop() { context.unchanged() }
        return .null
      })
  }

  var start: Primitive {
    Primitive(
      "start",
      """
      Starts a host's engine through its service manager, and returns when it answers. The engine may know only later
      whether it is in a swarm. An engine that runs already is left as it is.
      """,
      parameters: [.host, .options(.timeout(120))],
      effect: .changes(.idempotent),
      commands: { [fleet.typed(["systemctl", "start", "docker.socket", "docker.service"], on: $0.host("host"))] },
      site: site,
      perform: { arguments, context in
        let host = arguments.host("host"), limit = Self.limit(arguments)
        if try await !service(arguments, context).start() { context.unchanged() }
        guard try await fleet.engine(host).answers(within: limit) else {
          throw Failure(
            .engineNotStarted, "the Docker engine was started but does not answer", host: host,
            hint: "read its log (journalctl -u docker), then resume", isRetryable: true)
        }
        return .null
      })
  }

  private static func limit(_ arguments: Arguments) -> Duration {
    arguments.options.duration("timeout") ?? .seconds(120)
  }

  private func service(_ arguments: Arguments, _ context: EffectContext) throws -> EngineService {
    let host = arguments.host("host")
    return EngineService(
      try fleet.transport(host), sudo: try fleet.host(host).sudo, job: JobID(run: context.run, name: context.call),
      limit: Self.limit(arguments))
  }

  private func site(of run: String, _ arguments: Arguments) async throws -> CallSite {
    let host = arguments.host("host")
    return try await fleet.site(of: run, on: host, sudo: fleet.host(host).sudo)
  }
}
