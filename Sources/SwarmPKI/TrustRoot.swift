import Foundation
import Values
import X509

/// The root certificates that the nodes of a swarm trust. There are several while the CA is being rotated.
public struct TrustRoot: Sendable, Hashable {
  /// One of the certificates.
  public struct Root: Sendable, Hashable {
    /// Its common name, `swarm-ca` unless the operator gave another CA.
    public let name: String
    /// The serial number in hexadecimal, as openssl prints it.
    public let serial: String
    /// When it is valid.
    public let validity: Validity
    let certificate: Certificate
  }

  /// The certificates in the order of the bundle. There is at least one.
  public let roots: [Root]
  /// The digest of the whole bundle, as join tokens have it.
  public let digest: RootCADigest

  /// Reads a bundle, byte for byte as the swarm has it: `TLSInfo.TrustRoot` of the Engine API, or `swarm-root-ca.crt`.
  ///
  /// - Throws: ``Failure`` `pki.bad_trust_root` when it can't be read or holds no certificate.
  public static func parse(pem: String) throws(Failure) -> TrustRoot {
    let roots = try CertificateBundle.parse(pem, noun: "the root bundle", code: "pki.bad_trust_root").map {
      certificate in
      Root(
        name: certificate.subjectValue(.commonName) ?? "", serial: certificate.serialText,
        validity: Validity(notBefore: certificate.notValidBefore, notAfter: certificate.notValidAfter),
        certificate: certificate)
    }
    return TrustRoot(roots: roots, digest: RootCADigest(ofBundle: pem))
  }

  /// Whether a node's certificate was signed by one of the roots, directly or through the certificates that came with
  /// it.
  ///
  /// Times are not looked at; see ``NodeCertificate/validity``.
  public func signed(_ node: NodeCertificate) -> Bool {
    var current = node.certificate
    var unused = node.intermediates
    while true {
      if roots.contains(where: { Self.isIssuer($0.certificate, of: current) }) { return true }
      guard let index = unused.firstIndex(where: { Self.isIssuer($0, of: current) }) else { return false }
      current = unused.remove(at: index)
    }
  }

  private static func isIssuer(_ issuer: Certificate, of certificate: Certificate) -> Bool {
    guard issuer.subject == certificate.issuer,
      case .isCertificateAuthority = (try? issuer.extensions.basicConstraints) ?? .notCertificateAuthority
    else { return false }
    return issuer.publicKey.isValidSignature(certificate.signature, for: certificate)
  }
}
