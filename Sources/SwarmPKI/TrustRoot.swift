import Crypto
import Foundation
import Values
import X509

@_spi(FixedExpiryValidationTime) import X509

/// The root certificates that the nodes of a swarm trust. There are several while the CA is being rotated.
package struct TrustRoot: Sendable, Hashable {
  /// One of the certificates.
  package struct Root: Sendable, Hashable {
    /// Its common name, `swarm-ca` unless the operator gave another CA.
    package let name: String
    /// The serial number in hexadecimal, as openssl prints it.
    package let serial: String
    /// When it is valid.
    package let validity: Validity
    let certificate: Certificate
  }

  /// The certificates in the order of the bundle. There is at least one.
  package let roots: [Root]
  /// The digest of the whole bundle, as join tokens have it.
  package let digest: RootCADigest

  /// Reads a bundle, byte for byte as the swarm has it: `TLSInfo.TrustRoot` of the Engine API, or `swarm-root-ca.crt`.
  ///
  /// - Throws: ``Failure`` `pki.bad_trust_root` when it can't be read or holds no certificate.
  package static func parse(pem: String) throws(Failure) -> TrustRoot {
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
  package func signed(_ node: NodeCertificate) -> Bool {
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

extension TrustRoot {
  /// Why a node's certificate is not to be trusted at a moment; `nil` when it is: it is valid, and a chain of valid
  /// certificates, RFC 5280, leads from it to one of the roots.
  package func trouble(with node: NodeCertificate, at moment: Date) async -> String? {
    if node.validity.isNotYetValid(at: moment) { return "it is not valid before \(Self.text(node.validity.notBefore))" }
    if node.validity.isExpired(at: moment) { return "it expired on \(Self.text(node.validity.notAfter))" }
    guard signed(node) else { return "it is signed by none of the root certificates" }
    var verifier = Verifier(rootCertificates: CertificateStore(roots.map(\.certificate))) {
      RFC5280Policy(fixedExpiryValidationTime: moment)
    }
    let verdict = await verifier.validate(
      leaf: node.certificate, intermediates: CertificateStore(node.intermediates))
    switch verdict {
    case .validCertificate: return nil
    case .couldNotValidate(let failures):
      if let late = roots.first(where: { !$0.validity.contains(moment) }), roots.count == 1 {
        return "its root certificate is valid only from \(Self.text(late.validity.notBefore)) to "
          + Self.text(late.validity.notAfter)
      }
      let reasons = failures.map { String(describing: $0.policyFailureReason) }
      return "its chain is not valid" + (reasons.isEmpty ? "" : ": " + reasons.joined(separator: "; "))
    }
  }

  private static func text(_ moment: Date) -> String { moment.formatted(.iso8601) }
}

/// The SHA-256 of a swarm's root CA: of the exact PEM bytes of the whole bundle, line ends included.
///
/// swarmkit takes the digest of the whole bundle on purpose (`ca/certificates.go`): were it of one certificate only,
/// someone in the middle could add roots of their own.
package struct RootCADigest: Sendable, Hashable {
  /// The 32 bytes.
  package let bytes: [UInt8]

  /// Takes the digest of a bundle, byte for byte as the swarm has it.
  package init(ofBundle pem: some Sequence<UInt8>) { bytes = Array(SHA256.hash(data: Array(pem))) }

  /// Takes the digest of a bundle that is at hand as text, for example `TLSInfo.TrustRoot` of the Engine API.
  package init(ofBundle pem: String) { self.init(ofBundle: pem.utf8) }

  /// Takes a digest that is known; `nil` unless there are 32 bytes.
  package init?(bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    self.bytes = bytes
  }

  /// Reads the digest as a join token has it: 50 digits in base 36.
  package init?(base36 text: some StringProtocol) {
    guard let bytes = Base36.decode(text, count: 32) else { return nil }
    self.bytes = bytes
  }

  /// The digest as a join token has it.
  package var base36: String { Base36.encode(bytes) }
  /// The digest as Docker's messages show it.
  package var hexadecimal: String { Hexadecimal.encode(bytes) }
}

extension RootCADigest: CustomStringConvertible {
  /// The digest in hexadecimal. It is not secret.
  package var description: String { hexadecimal }
}
