import Engine
import Foundation
import Remote
import SwarmPKI
import Values

extension PKIModule {
  private static let folder = "/swarm/certificates"

  var parseCertificate: Primitive {
    Primitive(
      "parse_certificate", "What a node certificate says, and whether root certificates vouch for it.",
      parameters: [
        Parameter("certificate", .string, "The node's certificate, PEM, with those that lead to the root."),
        Self.bundle,
        .required(
          Parameter("at", .number, "The time for which it is checked, in seconds since 1970.")
            .bounded(.moment)),
      ],
      returns: ReturnType(CertificateValue.type, CertificateValue.summary),
      effect: .pure,
      perform: { arguments, _ in
        // A whole number may arrive as either.
        let at =
          switch arguments.options["at"] {
          case .number(let seconds): seconds
          case .integer(let seconds): Double(seconds)
          default: 0.0
          }
        return await CertificateValue.value(
          try NodeCertificate.parse(pem: arguments.string("certificate")),
          roots: try TrustRoot.parse(pem: arguments.string("bundle")), at: Date(timeIntervalSince1970: at))
      })
  }

  var certificate: Primitive {
    Primitive(
      "certificate",
      "A host's own node certificate, read from its engine's folder and verified with the root certificates beside it. "
        + "Its key is not read.",
      parameters: [
        .host,
        .options(
          .optional("data_root", .string, "The engine's data folder; by default the one that the engine reports.")),
      ],
      returns: ReturnType(CertificateValue.type, CertificateValue.summary),
      effect: .reads,
      commands: { arguments in
        let folder = (arguments.options.optionalString("data_root") ?? "/var/lib/docker") + Self.folder
        return [
          fleet.typed(
            ["openssl", "x509", "-noout", "-text", "-in", "\(folder)/swarm-node.crt"], on: arguments.host("host"),
            sudo: true)
        ]
      },
      perform: { arguments, _ in
        let host = arguments.host("host")
        let root = arguments.options.optionalString("data_root")
        async let own = fleet.swarmFile("swarm-node.crt", of: host, dataRoot: root)
        let roots = try await fleet.swarmFile("swarm-root-ca.crt", of: host, dataRoot: root)
        do {
          return await CertificateValue.value(
            try NodeCertificate.parse(pem: try await own), roots: try TrustRoot.parse(pem: roots), at: Date())
        } catch var failure as Failure {
          failure.host = failure.host ?? host
          throw failure
        }
      })
  }
}

extension Fleet {
  /// A file among a host's swarm certificates. Never the key.
  func swarmFile(_ name: String, of host: String, dataRoot: String? = nil) async throws -> String {
    let folder = if let dataRoot { dataRoot } else { try await engine(host).info().dataRoot }
    return String(decoding: try await files(on: host).read("\(folder)/swarm/certificates/\(name)"), as: UTF8.self)
  }
}
