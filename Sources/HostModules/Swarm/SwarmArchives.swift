import Engine
import Foundation
import Remote
import SwarmPKI
import Values

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
