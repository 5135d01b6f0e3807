import Engine
import Foundation
import Remote
import SwarmPKI
import Values

/// `pki`: join tokens, root certificates and node certificates.
struct PKIModule: Sendable {
  let fleet: Fleet

  var module: HostModule {
    HostModule(
      "pki", "The swarm's certificates and join tokens. Nothing here changes anything.",
      [
        parseToken, tokenMatches, parseRoots, parseCertificate, certificate, presentedRoot, trustRoots,
      ])
  }
}

extension PKIModule {
  static let token = Parameter("token", .secret, "The join token.")
  static let bundle = Parameter("bundle", .string, "The root certificates, PEM, byte for byte.")

  var parseToken: Primitive {
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

  var tokenMatches: Primitive {
    Primitive(
      "token_matches", "Whether a join token belongs to root certificates.",
      parameters: [Self.token, Self.bundle],
      returns: ReturnType("boolean", "Whether it does."),
      effect: .pure,
      perform: { arguments, _ in
        let token = try JoinToken.parse(arguments.secret("token") ?? Secret(""))
        return .bool(token.matches(bundle: arguments.string("bundle")))
      })
  }

  var parseRoots: Primitive {
    Primitive(
      "parse_roots", "What root certificates say. There are several while the swarm's CA is being rotated.",
      parameters: [Self.bundle],
      returns: ReturnType(
        CertificateValue.rootsType,
        "The SHA-256 of the whole, as in join tokens, and each certificate; times are seconds since 1970."),
      effect: .pure,
      perform: { arguments, _ in CertificateValue.value(try TrustRoot.parse(pem: arguments.string("bundle"))) })
  }
}

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

/// Certificates as runbooks see them.
enum CertificateValue {
  /// What ``value(_:roots:at:)`` returns, in LuaCATS notation.
  static let type =
    "{ swarm: string, role: string, node_id: string, serial: string, issuer: string, not_before: number, "
    + "not_after: number, days_left: number, is_expired: boolean, renews_from: number, renews_until: number, "
    + "is_renewal_overdue: boolean, is_trusted: boolean, trouble: string, root_digest: string }"

  /// What the members of ``type`` mean.
  static let summary =
    "What it says; times are seconds since 1970. The node renews it at a moment between `renews_from` and "
    + "`renews_until`, which are 50 and 80 percent of its time. `trouble` says why it is not trusted, and is empty "
    + "otherwise. `root_digest` is of the root certificates that it was verified with."

  /// A node's certificate, verified with root certificates at a moment.
  static func value(_ certificate: NodeCertificate, roots: TrustRoot, at moment: Date) async -> Value {
    let trouble = await roots.trouble(with: certificate, at: moment)
    return [
      "swarm": .string(certificate.swarmID), "role": .string(certificate.role == .manager ? "manager" : "worker"),
      "node_id": .string(certificate.nodeID), "serial": .string(certificate.serial),
      "issuer": .string(certificate.issuer), "not_before": seconds(certificate.validity.notBefore),
      "not_after": seconds(certificate.validity.notAfter),
      "days_left": .number(certificate.validity.daysLeft(at: moment)),
      "is_expired": .bool(certificate.isExpired(at: moment)),
      "renews_from": seconds(certificate.renewalWindow.lowerBound),
      "renews_until": seconds(certificate.renewalWindow.upperBound),
      "is_renewal_overdue": .bool(certificate.isRenewalOverdue(at: moment)),
      "is_trusted": .bool(trouble == nil), "trouble": .string(trouble ?? ""),
      "root_digest": .string(roots.digest.hexadecimal),
    ]
  }

  /// What ``value(_:)`` returns, in LuaCATS notation.
  static let rootsType =
    "{ digest: string, roots: { name: string, serial: string, not_before: number, not_after: number }[] }"

  /// Root certificates.
  static func value(_ roots: TrustRoot) -> Value {
    let list = roots.roots.map { root -> Value in
      [
        "name": .string(root.name), "serial": .string(root.serial), "not_before": seconds(root.validity.notBefore),
        "not_after": seconds(root.validity.notAfter),
      ]
    }
    return ["digest": .string(roots.digest.hexadecimal), "roots": .array(list)]
  }

  private static func seconds(_ moment: Date) -> Value { .number(moment.timeIntervalSince1970) }
}
