import SwiftASN1
import Values
import X509

/// Reads certificates: those of a PEM text, or one in DER.
enum CertificateBundle {
  /// The certificates in the order of the text. There is at least one.
  ///
  /// - Throws: ``Failure`` with that code when there is none, when one can't be read, or when there is a private key:
  ///   such a text should not be handed around.
  static func parse(_ pem: String, noun: String, code: FailureCode) throws(Failure) -> [Certificate] {
    if pem.contains("PRIVATE KEY") {
      throw Failure(
        code, "\(noun) holds a private key, which was not read",
        hint: "give the certificate's file: swarm-node.crt or swarm-root-ca.crt, not swarm-node.key")
    }
    do {
      let certificates = try PEMDocument.parseMultiple(pemString: pem).filter { $0.discriminator == "CERTIFICATE" }
        .map { try certificate(der: $0.derBytes) }
      if !certificates.isEmpty { return certificates }
    } catch {
      throw Failure(
        code, "\(noun) can't be read as PEM certificates", cause: String(describing: error),
        hint: "look at it with: openssl x509 -text")
    }
    throw Failure(
      code, "\(noun) holds no certificate", hint: "give the text from BEGIN CERTIFICATE to END CERTIFICATE")
  }

  /// Reads one certificate.
  ///
  /// - Throws: What the library throws, and ``ASN1Error`` for a time with second 61: swift-asn1 1.7 lets it pass, and
  ///   swift-certificates 1.21 asserts that there is none as soon as the time is read.
  static func certificate(der: [UInt8]) throws -> Certificate {
    let certificate = try Certificate(derEncoded: der)
    let signed = try DER.parse(certificate.tbsCertificateBytes)
    guard case .constructed(let fields) = signed.content else { return certificate }
    for case .constructed(let parts) in fields.map(\.content) {
      for part in parts {
        let seconds =
          switch part.identifier {
          case .utcTime: try UTCTime(derEncoded: part).seconds
          case .generalizedTime: try GeneralizedTime(derEncoded: part).seconds
          default: 0
          }
        if seconds > 60 { throw ASN1Error.invalidASN1Object(reason: "a time of its validity has second \(seconds)") }
      }
    }
    return certificate
  }
}
