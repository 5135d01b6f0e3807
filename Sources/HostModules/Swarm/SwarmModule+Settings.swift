import DockerEngine
import Engine
import Values

extension SwarmModule {
  /// The settings that can be given when a swarm is made, and later.
  static let settingParameters: [Parameter] = [
    .optional("autolock", .boolean, "Whether a manager needs the unlock key after its engine was restarted."),
    .optional("certificate_expiry", .duration, "How long node certificates are valid; at least 1h, Docker's is 2160h."),
    .optional("task_history", .integer, "How many ended tasks are kept per replica.")
      .bounded(.within(0, 1_000_000)),
    .optional("dispatcher_heartbeat", .duration, "How often nodes report to the managers; Docker's is 5s."),
    .optional(
      "external_cas",
      .list(
        .record([
          Parameter("url", .string, "Its address: https://HOST:PORT/api/v1/cfssl/sign."),
          .optional("certificate", .string, "The root certificate that it signs with, PEM, if not the present one."),
        ])), "The servers that sign node certificates instead of the managers; an empty list means none."),
  ]

  /// The settings that a runbook gave.
  static func settings(_ options: Arguments) -> SwarmSettings {
    var settings = SwarmSettings()
    settings.autolock = options["autolock"]?.boolValue
    settings.certificateExpiry = options.duration("certificate_expiry")
    settings.taskHistory = options.optionalInteger("task_history").map(Int.init)
    settings.dispatcherHeartbeat = options.duration("dispatcher_heartbeat")
    settings.externalCAs = options["external_cas"]?.arrayValue?.map {
      SwarmSettings.ExternalCA(
        url: $0["url"]?.stringValue ?? "", certificate: $0["certificate"]?.stringValue)
    }
    return settings
  }

  var settings: Primitive {
    Primitive(
      "settings", "The settings of a manager's swarm. Spans are in seconds.",
      parameters: [.manager],
      returns: ReturnType(
        SwarmValue.settingsType,
        "The settings; `root_digest` is the SHA-256 of the root certificates, `changed_at` is when anything of the "
          + "swarm itself was last changed, in seconds since 1970."),
      effect: .reads,
      commands: { [fleet.typed(["docker", "info"], on: $0.host("manager"))] },
      perform: { arguments, _ in
        SwarmValue.settings(try await fleet.managers(arguments.hosts("manager")).read { try await $0.swarm() })
      })
  }

  var update: Primitive {
    Primitive(
      "update",
      """
      Changes settings of a manager's swarm; what is left out stays as it is. After autolock was turned on, read the
      unlock key and keep it elsewhere: without it no manager that restarts comes back.
      """,
      parameters: [.manager, Parameter("settings", .record(Self.settingParameters), "The settings to change.")],
      returns: ReturnType(SwarmValue.settingsType, "The settings before."),
      effect: .changes(.idempotent),
      commands: { arguments in
        let words = Self.words(Self.settings(arguments.record("settings")))
        return words.isEmpty
          ? [] : [fleet.typed(["docker", "swarm", "update"] + words, on: arguments.host("manager"))]
      },
      perform: { arguments, context in
        let operation = SwarmUpdate(managers: try fleet.managers(arguments.hosts("manager")))
        return SwarmValue.settings(
          context.result(of: try await operation.apply(Self.settings(arguments.record("settings")))))
      })
  }

  /// The settings as words of the docker command.
  static func words(_ settings: SwarmSettings) -> [String] {
    func seconds(_ duration: Duration) -> String { "\(duration.components.seconds)s" }
    var words: [String] = []
    if let autolock = settings.autolock { words.append("--autolock=\(autolock)") }
    if let expiry = settings.certificateExpiry { words += ["--cert-expiry", seconds(expiry)] }
    if let history = settings.taskHistory { words += ["--task-history-limit", String(history)] }
    if let heartbeat = settings.dispatcherHeartbeat { words += ["--dispatcher-heartbeat", seconds(heartbeat)] }
    for server in settings.externalCAs ?? [] { words += ["--external-ca", "protocol=cfssl,url=\(server.url)"] }
    return words
  }
}
