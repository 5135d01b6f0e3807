import Compose
import Engine
import Placement
import Values

extension StackModule {
  var checkPlacement: Primitive {
    Primitive(
      "check_placement",
      """
      Which services of compose files would find no node, if each host had the given labels. Reads the files on the
      manager; nothing is deployed.
      """,
      parameters: [
        .manager,
        .required(
          Parameter("directory", .string, "The folder of the compose files on the manager."),
          Parameter("files", .list(.string), "The compose files, in the order in which they are merged."),
          Parameter("labels", .map(.map(.string)), "The planned labels of each host, by host name.")),
      ],
      returns: ReturnType(
        "{ message: string, cause: string, hint: string, certain: boolean }[]",
        "One entry per service. It is not certain where something that decides is not known before deploying."),
      effect: .reads,
      perform: { arguments, _ in
        let options = arguments.options
        let manager = arguments.host("manager")
        let files = try await composeFiles(options, on: manager)
        let stack = try ComposeStack.merge(files)
        let nodes = try await plannedNodes(options.map("labels"), for: stack.services)
        let findings = PlacementCheck(nodes: nodes).findings(for: stack.services)
        return .array(
          findings.map { finding in
            let failure = finding.failure
            return [
              "message": .string("\(finding.place): \(failure.message)"), "cause": .string(failure.cause ?? ""),
              "hint": .string(failure.hint ?? ""), "certain": .bool(finding.isCertain),
            ]
          })
      })
  }

  /// The nodes as they will be: IDs are new after joining, so they are not known.
  private func plannedNodes(_ labels: [String: Value], for services: [ComposeService]) async throws -> [NodeFacts] {
    let names = labels.keys.sorted()
    let constraints = services.flatMap(\.constraints)
    // Only where it decides something is a host asked for its name.
    let hostnames = constraints.contains { $0.key.lowercased() == "node.hostname" } ? try await hostnames(names) : [:]
    return try names.map { name in
      let host = try world.host(name)
      return NodeFacts(
        name: name, hostname: hostnames[name], role: host.role.rawValue, address: host.swarmAddress,
        labels: labels[name]?.objectValue?.compactMapValues(\.stringValue) ?? [:])
    }
  }

  /// What hosts call themselves. A host that does not answer leaves that open; it is not this check that tells of it.
  private func hostnames(_ names: [String]) async throws -> [String: String] {
    try await withThrowingTaskGroup(of: (String, String?).self) { group in
      for name in names {
        group.addTask {
          do { return (name, try await world.engine(name).info().name) } catch is Failure { return (name, nil) }
        }
      }
      return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
  }
}
