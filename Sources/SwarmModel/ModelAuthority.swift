import Crypto
import Foundation
import SwarmPKI
import SwiftASN1
import Values
import X509

/// The root certificate of a modelled swarm, as swarmkit makes it: `swarm-ca`, ECDSA P-256, 20 years.
///
/// It is made outside the model, which stays the same for the same inputs: a signature never is.
public struct ModelAuthority: Sendable, Hashable {
  /// The certificate, PEM.
  public let certificate: String
  /// The key, PEM; for the certificates of nodes.
  public let key: String

  /// One that was made before.
  public init(certificate: String, key: String) {
    self.certificate = certificate
    self.key = key
  }

  /// Makes a new one.
  public static func make(at moment: Date) throws -> ModelAuthority {
    let key = P256.Signing.PrivateKey()
    let own = Certificate.PrivateKey(key)
    let name = try DistinguishedName { CommonName("swarm-ca") }
    let certificate = try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: own.publicKey,
      notValidBefore: moment.addingTimeInterval(-3600), notValidAfter: moment.addingTimeInterval(20 * 365 * 86_400),
      issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA256,
      extensions: Certificate.Extensions {
        Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
        Critical(KeyUsage(keyCertSign: true, cRLSign: true))
      }, issuerPrivateKey: own)
    return ModelAuthority(certificate: try certificate.serializeAsPEM().pemString + "\n", key: key.pemRepresentation)
  }

  /// A node's certificate and its key, PEM.
  public func issue(
    swarm: String, node: String, isManager: Bool, from begin: Date, to end: Date
  ) throws -> (certificate: String, key: String) {
    let issuer = try Certificate(pemEncoded: certificate)
    let subject = try DistinguishedName {
      OrganizationName(swarm)
      OrganizationalUnitName(isManager ? "swarm-manager" : "swarm-worker")
      CommonName(node)
    }
    let key = P256.Signing.PrivateKey()
    let names = [isManager ? "swarm-manager" : "swarm-worker", node] + (isManager ? ["swarm-ca"] : [])
    let own = try Certificate(
      version: .v3, serialNumber: Certificate.SerialNumber(),
      publicKey: Certificate.PrivateKey(key).publicKey, notValidBefore: begin,
      notValidAfter: end, issuer: issuer.subject, subject: subject, signatureAlgorithm: .ecdsaWithSHA256,
      extensions: Certificate.Extensions {
        Critical(KeyUsage(digitalSignature: true, keyEncipherment: true))
        SubjectAlternativeNames(names.map { .dnsName($0) })
      },
      issuerPrivateKey: Certificate.PrivateKey(try P256.Signing.PrivateKey(pemRepresentation: self.key)))
    return (try own.serializeAsPEM().pemString + "\n", key.pemRepresentation)
  }

  /// The digest that join tokens carry.
  var digest: RootCADigest { RootCADigest(ofBundle: certificate) }

  /// What the API says of it.
  var tls: Value {
    guard let root = try? Certificate(pemEncoded: certificate) else { return ["TrustRoot": .string(certificate)] }
    var subject = DER.Serializer(), publicKey = DER.Serializer()
    guard (try? subject.serialize(root.subject)) != nil, (try? publicKey.serialize(root.publicKey)) != nil else {
      return ["TrustRoot": .string(certificate)]
    }
    return [
      "TrustRoot": .string(certificate),
      "CertIssuerSubject": .string(Data(subject.serializedBytes).base64EncodedString()),
      "CertIssuerPublicKey": .string(Data(publicKey.serializedBytes).base64EncodedString()),
    ]
  }
}
