import Engine
import Foundation
import Remote
import SwarmPKI
import Values

/// `pki`: join tokens and node certificates.
struct PKIModule: Sendable {
  let world: World

  var module: HostModule {
    HostModule("pki", "The swarm's certificates and join tokens.", [parseToken, tokenMatches, certificate])
  }

  private static let token = Parameter("token", .secret, "The join token.")

  private var parseToken: Primitive {
    Primitive(
      "parse_token", "What a join token says besides its secret.",
      parameters: [Self.token],
      returns: ReturnType(
        "{ version: integer, fips: boolean, root_digest: string }",
        "Its version, and the SHA-256 of the swarm's root certificates as hexadecimal digits."),
      effect: .pure,
      perform: { arguments, _ in
        let token = try JoinToken.parse(arguments.secret("token") ?? Secret(""))
        return [
          "version": .integer(Int64(token.version)), "fips": .bool(token.isFIPS),
          "root_digest": .string(token.rootDigest.hexadecimal),
        ]
      })
  }

  private var tokenMatches: Primitive {
    Primitive(
      "token_matches", "Whether a join token belongs to root certificates.",
      parameters: [Self.token, Parameter("bundle", .string, "The root certificates, PEM, byte for byte.")],
      returns: ReturnType("boolean", "Whether it does."),
      effect: .pure,
      perform: { arguments, _ in
        let token = try JoinToken.parse(arguments.secret("token") ?? Secret(""))
        return .bool(token.matches(bundle: arguments.string("bundle")))
      })
  }

  private var certificate: Primitive {
    Primitive(
      "certificate", "A host's own node certificate, read from its engine's folder.",
      parameters: [
        .host,
        .options(
          .optional("data_root", .string, "The engine's data folder; as the engine tells it where it is left out.")),
      ],
      returns: ReturnType(
        "{ swarm: string, role: string, node_id: string, serial: string, issuer: string, not_before: number, "
          + "not_after: number }",
        "What it says; times are seconds since 1970."),
      effect: .reads,
      commands: { arguments in
        let file = (arguments.options.optionalString("data_root") ?? "/var/lib/docker") + Self.path
        return [
          world.typed(["openssl", "x509", "-noout", "-text", "-in", file], on: arguments.host("host"), sudo: true)
        ]
      },
      perform: { arguments, _ in
        let host = arguments.host("host")
        let folder =
          if let named = arguments.options.optionalString("data_root") { named } else {
            try await world.engine(host).info().dataRoot
          }
        let pem = try await world.files(on: host).read(folder + Self.path)
        let certificate = try NodeCertificate.parse(pem: String(decoding: pem, as: UTF8.self))
        return [
          "swarm": .string(certificate.swarmID), "role": .string(certificate.role == .manager ? "manager" : "worker"),
          "node_id": .string(certificate.nodeID), "serial": .string(certificate.serial),
          "issuer": .string(certificate.issuer),
          "not_before": .number(certificate.validity.notBefore.timeIntervalSince1970),
          "not_after": .number(certificate.validity.notAfter.timeIntervalSince1970),
        ]
      })
  }

  private static let path = "/swarm/certificates/swarm-node.crt"
}
