import Compose
import Concurrency
import DockerEngine
import Engine
import Placement
import Values

extension StackModule {
  var checkPlacement: Primitive {
    Primitive(
      "check_placement",
      """
      Which services of compose files would find no node, or not enough room, if each host had the given labels: by
      constraints, availability, platform, reservations, `max_replicas_per_node` and ports in host mode. The files are
      read on the manager, first by its own docker, which refuses there what it would refuse when it deploys; nothing is
      deployed. It also reports files that they name but that do not exist, and external networks, secrets and configs
      that the swarm does not have.
      """,
      parameters: [
        .manager,
        .required(
          Parameter("directory", .string, "The folder of the compose files on the manager."),
          Parameter("files", .list(.string), "The compose files, in the order in which they are merged."),
          Parameter("labels", .map(.map(.string)), "The planned labels of each host, by host name."),
          Self.environment),
      ],
      returns: ReturnType(
        "{ message: string, cause: string, hint: string, certain: boolean }[]",
        "One entry per service or port. It is not certain where something that decides is not known before deploying."),
      effect: .reads,
      perform: { arguments, context in
        let options = arguments.options
        let manager = arguments.host("manager")
        guard let (stack, isReadByDocker) = try await checkedStack(options, on: manager, context) else {
          return [
            [
              "message": .string("docker on \(manager) takes the compose files, but runbook can't read them"),
              "cause": "", "hint": "check yourself that every service finds a node", "certain": false,
            ]
          ]
        }
        let nodes = try await plannedNodes(options.map("labels"), for: stack.services, manager: manager)
        let needs = StackNeeds(
          files: try fleet.files(on: manager), engine: try fleet.engine(manager), directory: Self.folder(options))
        let missing = try await needs.missing(of: stack, environmentFilesRead: isReadByDocker)
        return .array(
          missing.map { missing in
            [
              "message": .string("\(missing.need.location): \(missing.message)"), "cause": "",
              "hint": .string(missing.hint), "certain": .bool(missing.isCertain),
            ]
          }
            + PlacementCheck(nodes: nodes).findings(for: stack.services).map { finding in
              let failure = finding.failure
              return [
                "message": .string("\(finding.location): \(failure.message)"), "cause": .string(failure.cause ?? ""),
                "hint": .string(failure.hint ?? ""), "certain": .bool(finding.isCertain),
              ]
            })
      })
  }

  /// The folder of the first compose file.
  private static func folder(_ options: Arguments) -> String {
    let whole = path(of: options.strings("files").first ?? "", options)
    return whole.lastIndex(of: "/").map { String(whole[..<$0]) } ?? whole
  }

  /// What the files describe, when the host's own client takes them, and whether that client could be asked; `nil`
  /// where it takes them and only this program does not.
  private func checkedStack(
    _ options: Arguments, on host: String, _ context: EffectContext
  ) async throws -> (stack: ComposeStack, isReadByDocker: Bool)? {
    let environment = try variables(options)
    let check = try filesCheck(on: host)
    let dialect = try await check.dialect()
    let (verdict, warnings) = try await check.read(
      options.strings("files"), in: options.string("directory"), environment: environment)
    for line in warnings { context.output("docker stack config: \(line)", host) }
    do {
      let stack = try ComposeStack.merge(
        try await composeFiles(options, on: host, dialect: dialect), environment: environment, dialect: dialect)
      if case .refused(let words) = verdict { throw refusal(words, on: host) }
      show(stack.warnings, context, host)
      if case .taken = verdict { return (stack, true) }
      return (stack, false)
    } catch let failure as Failure where failure.code == "compose.invalid" || failure.code == "compose.bad_variable" {
      switch verdict {
      case .taken: return nil
      // Ours has the line, docker's words are the cause.
      case .refused(let words):
        var whole = refusal(words, on: host)
        whole.related = [failure] + failure.related
        throw whole
      case .unknown: throw failure
      }
    }
  }

  private func refusal(_ words: String, on host: String) -> Failure {
    Failure(
      "compose.refused", "docker on the host refuses the compose files", host: host, cause: words,
      hint: "correct the files; nothing was stopped or deployed")
  }

  /// The nodes as they will be: IDs are new after joining, so they are not known.
  private func plannedNodes(
    _ labels: [String: Value], for services: [ComposeService], manager: String
  ) async throws -> [NodeFacts] {
    let names = labels.keys.sorted()
    let keys = Set(services.flatMap(\.constraints).map { $0.key.lowercased() })
    // Only where it decides something is a host asked for what it has.
    let isAsked =
      !keys.isDisjoint(with: ["node.hostname", "node.platform.os", "node.platform.arch"])
      || services.contains { $0.reservedCPUs > 0 || $0.reservedMemory > 0 }
    async let engines = isAsked ? engines(names) : [:]
    let members = try await members(of: manager)
    let known = try await engines
    return try names.map { name in
      let host = try fleet.host(name)
      var node = NodeFacts(
        name: name, hostname: known[name]?.name, role: host.role.rawValue, address: host.swarmAddress,
        labels: labels[name]?.objectValue?.compactMapValues(\.stringValue) ?? [:])
      node.availability = members[name]
      if let engine = known[name] {
        node.system = engine.system.isEmpty ? nil : engine.system
        node.architecture = engine.architecture.isEmpty ? nil : engine.architecture
        if engine.resources.nanoCPUs > 0 { node.cpus = Double(engine.resources.nanoCPUs) / 1e9 }
        if engine.resources.memory > 0 { node.memory = Double(engine.resources.memory) }
      }
      return node
    }
  }

  /// The availability of the hosts that are in the manager's swarm already; none where there is no swarm yet.
  private func members(of manager: String) async throws -> [String: String] {
    do {
      let nodes = try await fleet.engine(manager).nodes()
      let odd = nodes.filter { $0.availability.rawValue != "active" }
      // A host that joins again is active; only where a node is not is it worth asking which host it is.
      if odd.isEmpty { return [:] }
      let hosts = try await fleet.answeringHostsByNodeID()
      return Dictionary(
        odd.compactMap { node in hosts[node.id].map { ($0, node.availability.rawValue) } },
        uniquingKeysWith: { first, _ in first })
    } catch let failure as Failure where failure.code == .engineNotSwarmManager { return [:] }
  }

  /// What the engines of hosts report about themselves. One that does not answer is left out; other checks report it.
  private func engines(_ names: [String]) async throws -> [String: EngineInfo] {
    let answers = try await mapConcurrently(Set(names)) { name -> (String, EngineInfo)? in
      do { return (name, try await fleet.engine(name).info()) } catch is Failure { return nil }
    }
    return Dictionary(uniqueKeysWithValues: answers.compactMap(\.self))
  }
}
