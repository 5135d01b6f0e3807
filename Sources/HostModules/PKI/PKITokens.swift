import Engine
import SwarmPKI
import Values

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
