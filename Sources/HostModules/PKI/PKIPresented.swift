import DockerEngine
import Engine
import Foundation
import Remote
import SwarmPKI
import Values

extension PKIModule {
  var presentedRoot: Primitive {
    Primitive(
      "presented_root",
      """
      Asks a manager's swarm port for its swarm's root certificates before the manager is trusted, as a host does that
      is about to join. The host makes the connection, so the joining host's own path to the manager is tested.
      """,
      parameters: [
        Parameter("host", .host, "The host that makes the connection."),
        Parameter("address", .string, "The manager's address."),
        .options(
          .optional("port", .integer, default: 2377, "The swarm port.").bounded(.port),
          .optional("token", .secret, "A join token; the swarm that answers must be the one it is for."), .timeout(15)),
      ],
      returns: ReturnType(
        "{ root_digest: string, bundle: string, matches?: boolean, swarm: string, node_id: string, not_after: number, "
          + "is_trusted: boolean, trouble: string }",
        "The root certificates and their digest; whether the token is for them, when one was given; the manager's own "
          + "certificate, and why the shown root certificates don't vouch for it, empty when they do."),
      effect: .reads,
      commands: { arguments in
        let place = "\(arguments.string("address")):\(arguments.options.optionalInteger("port") ?? 2377)"
        return [
          fleet.typed(
            ["openssl", "s_client", "-alpn", "h2", "-connect", place], on: arguments.host("host"), sudo: false)
        ]
      },
      perform: { arguments, _ in
        let host = arguments.host("host"), address = arguments.string("address")
        let token = try arguments.options.secret("token").map { secret throws in try JoinToken.parse(secret) }
        let ca = try fleet.managerCA(at: address, Int(arguments.options.optionalInteger("port") ?? 2377), from: host)
        do {
          let shown = try await ca.presentedRoot(timeout: arguments.options.duration("timeout") ?? .seconds(15))
          let proof = try ManagerProof(bundle: shown.bundle, chain: shown.chain)
          let trouble = await proof.trouble(at: Date())
          var result: [String: Value] = [
            "root_digest": .string(proof.roots.digest.hexadecimal), "bundle": .string(proof.bundle),
            "swarm": .string(proof.manager.swarmID), "node_id": .string(proof.manager.nodeID),
            "not_after": .number(proof.manager.validity.notAfter.timeIntervalSince1970),
            "is_trusted": .bool(trouble == nil), "trouble": .string(trouble ?? ""),
          ]
          result["matches"] = token.map { .bool(proof.matches($0)) }
          return .object(result)
        } catch var failure as Failure {
          failure.host = failure.host ?? host
          throw failure
        }
      })
  }
}

extension Fleet {
  /// The swarm port of a manager as a host sees it.
  func managerCA(at address: String, _ port: Int, from host: String) throws -> ManagerCA {
    let transport = try transport(host)
    let place = address.contains(":") ? "[\(address)]:\(port)" : "\(address):\(port)"
    let connector = FileDescriptorConnector(endpoint: place) {
      let stream = try await Tunnel.open(address, port, from: transport)
      guard let descriptor = stream.take() else {
        throw Failure(.engineClosed, "the connection to \(place) was closed", host: host)
      }
      // The stream lives as long as the connection does, because this closure holds it.
      return FileDescriptorConnector.Stream(descriptor: descriptor) {
        Tunnel.failure(of: await stream.termination, to: address, port)
      }
    }
    return ManagerCA(connector: connector, address: place)
  }
}
