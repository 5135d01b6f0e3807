import SwiftASN1
import Values
import X509

/// Reads the certificates of a PEM text.
enum CertificateBundle {
  /// The certificates in the order of the text. There is at least one.
  ///
  /// - Throws: ``Failure`` with that code when there is none, when one can't be read, or when there is a private key: such
  ///   a text should not be handed around.
  static func parse(_ pem: String, noun: String, code: FailureCode) throws(Failure) -> [Certificate] {
    if pem.contains("PRIVATE KEY") {
      throw Failure(
        code, "\(noun) holds a private key, which was not read.",
        hint: "Give the certificate's file: swarm-node.crt or swarm-root-ca.crt, not swarm-node.key.")
    }
    do {
      let certificates = try PEMDocument.parseMultiple(pemString: pem).filter { $0.discriminator == "CERTIFICATE" }
        .map { try Certificate(derEncoded: $0.derBytes) }
      if !certificates.isEmpty { return certificates }
    } catch {
      throw Failure(
        code, "\(noun) can't be read as PEM certificates.", cause: String(describing: error),
        hint: "Look at it with: openssl x509 -text.")
    }
    throw Failure(
      code, "\(noun) holds no certificate.", hint: "Give the text from BEGIN CERTIFICATE to END CERTIFICATE.")
  }
}
