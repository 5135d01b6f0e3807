import Foundation
import Values

/// What a manager showed to a host that has not joined its swarm, read: its swarm's root certificates, and its own
/// certificate.
package struct ManagerProof: Sendable, Hashable {
  /// The swarm's root certificates.
  package let roots: TrustRoot
  /// The root certificates as they came.
  package let bundle: String
  /// The manager's own certificate.
  package let manager: NodeCertificate

  /// Reads what was shown.
  ///
  /// - Parameters:
  ///   - bundle: the root certificates, PEM, byte for byte.
  ///   - chain: the certificates of the TLS handshake in DER, the manager's own first.
  /// - Throws: ``Failure`` `pki.bad_trust_root` or `pki.bad_certificate`.
  package init(bundle: [UInt8], chain: [[UInt8]]) throws(Failure) {
    guard let text = String(validating: bundle, as: UTF8.self) else {
      throw Failure("pki.bad_trust_root", "the root bundle is not text", hint: "do not trust it")
    }
    self.bundle = text
    roots = try TrustRoot.parse(pem: text)
    manager = try NodeCertificate.parse(chain: chain)
  }

  /// Why the manager is not to be trusted; `nil` when it is a manager whose certificate the shown roots signed.
  ///
  /// That alone proves nothing: anybody can make roots. It counts together with a join token that ``matches(_:)``.
  package func trouble(at moment: Date) async -> String? {
    guard manager.role == .manager else { return "its certificate is a worker's" }
    return await roots.trouble(with: manager, at: moment)
  }

  /// Whether the roots are those that a join token was made for.
  package func matches(_ token: JoinToken) -> Bool { roots.digest == token.rootDigest }
}
