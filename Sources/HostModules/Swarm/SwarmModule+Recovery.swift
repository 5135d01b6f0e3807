import DockerEngine
import Engine
import Foundation
import Remote
import SwarmPKI
import Values

extension SwarmModule {
  var forceNewCluster: Primitive {
    Primitive(
      "force_new_cluster",
      """
      The last resort after the majority of the managers is lost for good: makes a remaining manager the only one of its
      swarm, with the services and nodes as that manager knew them. What the others agreed on without it is lost, and an
      old manager that comes back must leave before it joins again.

      Refused while the managers agree, and unless `i_know_that` says, word for word, what the runbook must first have a
      person approve (`approve`): "the other managers of HOST are lost for good". A host that is the only manager of its
      swarm is left as it is.
      """,
      parameters: [
        .host,
        .required(
          Parameter("i_know_that", .string, "\"the other managers of HOST are lost for good\""),
          .optional(
            "advertise_address", .string,
            "The address under which the swarm knows the host; the inventory's where that is an IP address.")),
      ],
      returns: ReturnType("string", "The host's node ID."),
      effect: .changes(.idempotent),
      commands: { arguments in
        let host = arguments.host("host")
        let advertise = advertised(host, arguments.options).map { ["--advertise-addr", $0] } ?? []
        return [fleet.typed(["docker", "swarm", "init", "--force-new-cluster"] + advertise, on: host)]
      },
      perform: { arguments, context in
        let host = arguments.host("host")
        let operation = ForcedSwarm(engine: try fleet.engine(host))
        let outcome = try await operation.begin(
          confirmed: arguments.options.string("i_know_that"), advertise: advertised(host, arguments.options))
        return .string(context.result(of: outcome))
      })
  }
}

extension SwarmModule {
  var readArchive: Primitive {
    Primitive(
      "read_archive",
      "Which node's state an archive on this machine holds: the folder `swarm` of a manager's engine, as tar packs it.",
      parameters: [Parameter("path", .string, "The absolute path on this machine.")],
      returns: ReturnType(
        "{ digest: string, swarm: string, role: string, node_id: string, not_after: number, is_expired: boolean, "
          + "managers: integer, is_locked: boolean }",
        "The archive's SHA-256; the swarm's ID; the node's role, ID, and the end of its certificate, in seconds since "
          + "1970; how many managers there were; whether the unlock key is needed."),
      effect: .reads,
      perform: { arguments, _ in
        let path = arguments.string("path")
        guard path.hasPrefix("/") else {
          throw Failure(
            .argument, "\"\(path)\" is not an absolute path on this machine", hint: "start the path with /")
        }
        let contents = try await SwarmArchive(path).contents()
        let certificate = try NodeCertificate.parse(pem: contents.certificate)
        let remotes = (try? JSON.decode(contents.remotes))?.arrayValue ?? []
        return [
          "digest": .string(contents.digest), "swarm": .string(certificate.swarmID),
          "role": .string(certificate.role == .manager ? "manager" : "worker"), "node_id": .string(certificate.nodeID),
          "not_after": .number(certificate.validity.notAfter.timeIntervalSince1970),
          "is_expired": .bool(certificate.isExpired(at: Date())), "managers": .integer(Int64(max(remotes.count, 1))),
          "is_locked": .bool(contents.isLocked),
        ]
      })
  }
}
